//! JSON whose members stay in the order they were put in.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

type Text = Cow<'static, str>;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Bool(bool),
    Text(Text),
    List(Vec<Self>),
    Object(Vec<(Text, Self)>),
}

impl Node {
    pub(super) fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn texts<T: Into<Text>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// An object with one member.
    pub(super) fn with(name: &'static str, value: Self) -> Self {
        Self::Object(vec![(name.into(), value)])
    }

    /// An object with one member more, or with another value of it.
    #[must_use]
    pub(super) fn and(mut self, name: &'static str, value: Self) -> Self {
        if let Self::Object(members) = &mut self {
            match members.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = value,
                None => members.push((name.into(), value)),
            }
        }
        self
    }

    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Object(members) if members.is_empty())
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}
