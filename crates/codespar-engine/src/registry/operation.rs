//! What an operation is, apart from any client: described, and begun as a flow.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api_client::ApiClient,
    describe::{Describe, Member, Shape},
    error::Error,
    flow::{
        BoxFlow, Flow,
        map::{Map, MapItems},
    },
    http::{route::Route, service::Service},
    json::Json,
    registry::{Started, arguments},
    transport::Transport,
};

/// The name of the argument that is an idempotency key.
const KEY: &str = "idempotency_key";

/// An operation: what it is called, takes and gives, and how it is begun.
///
/// What it does to the world, its key rule, its retry class and its authorization stand in the
/// route of its [`row`](Self::row).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Operation {
    /// Its name: the subject, a dot, the method.
    pub name: &'static str,
    /// The row that it makes a request of; of several, the one that says what it does. Empty where
    /// nothing is sent.
    pub row: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// The names of the values in its path, in order.
    pub path: &'static [&'static str],
    /// What else it takes.
    pub input: Option<Input>,
    /// What it gives; of items, each of them.
    pub output: &'static Shape,
    /// How it is begun.
    pub begin: Begin,
}

impl Operation {
    /// An operation made of everything that is known of it.
    pub const fn new(
        name: &'static str,
        row: &'static str,
        about: &'static str,
        path: &'static [&'static str],
        input: Option<Input>,
        output: &'static Shape,
        begin: Begin,
    ) -> Self {
        Self { name, row, about: about.trim_ascii(), path, input, output, begin }
    }

    /// Whether it takes an `idempotency_key` besides its other arguments, given its route.
    pub fn takes_key(&self, route: Option<&Route>) -> bool {
        route.is_some_and(|route| route.key.takes_option()) && !self.requires_key()
    }

    /// Whether its key is an argument like any other, which cannot be left out.
    fn requires_key(&self) -> bool {
        let is_key = |member: &Member| member.name == KEY && member.required;
        match self.input.map(|input| input.shape) {
            Some(Shape::Object(object)) => object().members.iter().any(is_key),
            _ => false,
        }
    }

    /// Reads its arguments, among them the key of the call, and begins it as `begin` says.
    ///
    /// # Errors
    /// `Config` naming the argument that cannot work.
    pub fn start_with<T: Transport, S>(
        &self,
        route: Option<&Route>,
        args: &Json,
        begin: impl FnOnce(Arguments) -> Result<Started<T, S>, Error>,
    ) -> Result<Started<T, S>, Error> {
        let start = || {
            let mut arguments = Arguments::read(args)?;
            let takes_key = self.takes_key(route);
            let key = if takes_key { arguments.optional::<String>(KEY)? } else { None };
            let started = begin(arguments)?;
            Ok(match key {
                Some(key) => started.idempotency_key(&key),
                None => started,
            })
        };
        start().map_err(|error: Error| error.at(self.name))
    }

    /// Begins it by its row.
    ///
    /// # Errors
    /// `Config` naming the argument that cannot work, also where it has no row to begin by.
    pub fn start<T: Transport, S>(
        &self,
        client: &ApiClient<T>,
        arguments: Arguments,
    ) -> Result<Started<T, S>, Error> {
        let service = client.service();
        match self.begin {
            Begin::Call(begin) => Ok(Started::Call(client.call(begin(service, arguments)?))),
            Begin::Items(begin) => Ok(Started::Items(client.items(begin(service, arguments)?))),
            Begin::Method => Err(Error::config("operation", "expected one that its row begins")),
        }
    }
}

/// What an operation takes besides the values in its path.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Input {
    /// Where it goes: `json`, `query` or `form`.
    pub part: &'static str,
    /// The one argument that it is, as a whole; `None` where its members are the arguments.
    pub argument: Option<&'static str>,
    /// What it looks like.
    pub shape: &'static Shape,
}

impl Input {
    /// Its members are the arguments.
    pub const fn members(part: &'static str, shape: &'static Shape) -> Self {
        Self { part, argument: None, shape }
    }

    /// It is one argument.
    pub const fn whole(part: &'static str, argument: &'static str, shape: &'static Shape) -> Self {
        Self { part, argument: Some(argument), shape }
    }
}

/// A flow of items.
pub type ItemFlow<I> = Box<dyn Flow<Item = I, Output = ()>>;

/// How an operation is begun.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Begin {
    /// It ends with one result.
    Call(fn(&Arc<Service>, Arguments) -> Result<BoxFlow<Json>, Error>),
    /// It hands out items.
    Items(fn(&Arc<Service>, Arguments) -> Result<ItemFlow<Json>, Error>),
    /// By the method of a client or a session, which does more than make one request.
    Method,
}

impl fmt::Debug for Begin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call(_) => "Call",
            Self::Items(_) => "Items",
            Self::Method => "Method",
        })
    }
}

/// The result of a flow as JSON.
pub fn to_json<F>(flow: F) -> BoxFlow<Json>
where
    F: Flow<Item = std::convert::Infallible, Output: Serialize> + 'static,
{
    Box::new(Map::new(flow, |output| Json::of(&output)))
}

/// The items of a flow as JSON.
pub fn items_to_json<F>(flow: F) -> ItemFlow<Json>
where
    F: Flow<Item: Serialize, Output = ()> + 'static,
{
    Box::new(MapItems::new(flow, |item| Json::of(&item)))
}

/// The arguments of an operation, taken one by one. What nobody takes is a mistake of the
/// caller's.
pub struct Arguments {
    members: BTreeMap<String, Json>,
}

impl Arguments {
    /// The members of an object.
    ///
    /// # Errors
    /// `Config`, unless it is one.
    pub fn read(args: &Json) -> Result<Self, Error> {
        Ok(Self { members: arguments(args)? })
    }

    /// The same, with a value of the path that is known already.
    ///
    /// # Errors
    /// `Config` naming it, when it was given, too.
    pub fn with(mut self, name: &str, value: &str) -> Result<Self, Error> {
        match self.members.insert(name.to_owned(), Json::of(value)?) {
            None => Ok(self),
            Some(_) => Err(unknown(name)),
        }
    }

    /// A value of the path.
    ///
    /// # Errors
    /// `Config` naming it, when it is missing or no text.
    pub fn text(&mut self, name: &str) -> Result<String, Error> {
        match self.optional(name)? {
            Some(text) => Ok(text),
            None => Err(Error::config(name, "expected this argument")),
        }
    }

    /// An argument that may be left out, or be `null`.
    ///
    /// # Errors
    /// `Config` naming it, when it is something else.
    pub fn optional<A: DeserializeOwned + Describe>(
        &mut self,
        name: &str,
    ) -> Result<Option<A>, Error> {
        let Some(value) = self.members.remove(name) else { return Ok(None) };
        Self::one(name, value)
    }

    /// The one argument that is the whole body.
    ///
    /// # Errors
    /// `Config` naming it, when it is missing or something else.
    pub fn whole<A: DeserializeOwned + Describe>(&mut self, name: &str) -> Result<A, Error> {
        let value = self.members.remove(name);
        let value = value.ok_or_else(|| Error::config(name, "expected this argument"))?;
        Self::one(name, value)
    }

    /// Those that a struct describes, as this struct.
    ///
    /// # Errors
    /// `Config` naming the argument that is missing or has the wrong type.
    pub fn part<A: DeserializeOwned + Describe>(&mut self) -> Result<A, Error> {
        let members = match A::SHAPE {
            Shape::Object(object) => object().members,
            _ => &[],
        };
        let taken = members.iter().filter_map(|it| self.members.remove_entry(it.name));
        arguments(&Json::of(&taken.collect::<BTreeMap<_, _>>())?)
    }

    /// Everything that is left, as one struct.
    ///
    /// # Errors
    /// `Config` naming the argument that is missing, has the wrong type or is not known.
    pub fn members<A: DeserializeOwned + Describe>(&mut self) -> Result<A, Error> {
        arguments(&Json::of(&std::mem::take(&mut self.members))?)
    }

    /// Nothing is left.
    ///
    /// # Errors
    /// `Config` naming an argument that is not known.
    pub fn finish(self) -> Result<(), Error> {
        match self.members.into_keys().next() {
            Some(name) => Err(unknown(&name)),
            None => Ok(()),
        }
    }

    /// An argument by itself, whose mistakes are named with it.
    fn one<A: DeserializeOwned + Describe>(name: &str, value: Json) -> Result<A, Error> {
        let mut one: BTreeMap<String, A> = arguments(&Json::of(&BTreeMap::from([(name, value)]))?)?;
        one.remove(name).ok_or_else(|| Error::config(name, "expected this argument"))
    }
}

fn unknown(name: &str) -> Error {
    Error::config(name, "expected no such argument")
}

/// The names only: the values carry personal data.
impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.members.keys()).finish()
    }
}
