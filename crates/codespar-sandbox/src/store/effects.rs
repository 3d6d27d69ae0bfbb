//! Effects: what would have moved money or sent something out, had this been the real service.

/// What kind of thing a request caused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EffectKind {
    /// Money was asked for.
    Charge,
    /// A payer paid a link, a paywall or a code that a link gave out.
    Collection,
    /// Money was sent.
    Payment,
    /// Money was given back.
    Devolution,
    /// A shipping label was bought.
    Label,
    /// A message was sent.
    Message,
    /// A fiscal document was issued.
    Invoice,
    /// An identity check was begun.
    Verification,
    /// A card was issued.
    Card,
    /// A shop checkout was begun.
    Checkout,
    /// A Pix key was registered.
    PixKey,
    /// A paid service was called (Upivia).
    ServiceCall,
}

/// One thing that a request caused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// What kind of thing.
    pub kind: EffectKind,
    /// The id under which it was answered.
    pub id: String,
    /// The idempotency key or attempt id of the request, where it had one: whether the operation
    /// honours it or not.
    pub key: Option<String>,
    /// The amount in minor units, where there is one.
    pub amount_minor: Option<i64>,
}

/// Everything that requests have caused so far, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    all: Vec<Effect>,
}

impl Effects {
    /// How many of this kind there are.
    #[must_use]
    pub fn count(&self, kind: EffectKind) -> usize {
        self.all.iter().filter(|effect| effect.kind == kind).count()
    }

    /// How many there are under this idempotency key.
    #[must_use]
    pub fn count_with_key(&self, key: &str) -> usize {
        self.all.iter().filter(|effect| effect.key.as_deref() == Some(key)).count()
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Effect> {
        self.all.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing has happened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn add(
        &mut self,
        kind: EffectKind,
        id: &str,
        key: Option<&str>,
        amount_minor: Option<i64>,
    ) {
        let key = key.map(str::to_owned);
        self.all.push(Effect { kind, id: id.to_owned(), key, amount_minor });
    }
}

impl<'a> IntoIterator for &'a Effects {
    type Item = &'a Effect;
    type IntoIter = std::slice::Iter<'a, Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
