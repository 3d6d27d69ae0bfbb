//! Endpoints as the rows of a table.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::{
    error::Error,
    flow::{
        BoxFlow,
        map::{Failed, Map},
        pages::{Page, Pages},
        unary::Unary,
    },
    http::{
        request::{RequestBuilder, json_answer},
        service::Service,
    },
};

/// Endpoints as a table. Each row makes a function that builds the call's flow, an entry of the
/// table of routes and, with the feature `registry` of the crate it stands in, one of the table of
/// operations.
///
/// ```text
/// endpoints! {
///     pub(crate) static ROUTES, OPERATIONS;
///
///     /// Says how a payment stands.
///     fn payment_status(tool_call_id) -> PaymentStatus:
///         "session.payment_status" GET "/v1/tool-calls/{tool_call_id}/payment-status";
///     /// Makes a project.
///     fn create(; json: &CreateProject) -> Project: "projects.create" POST "/v1/projects";
///     /// Pays a batch.
///     fn pay(batch_id; json: &Pay) -> Batch:
///         "payables.batches.pay" POST "/v1/payables/batches/{batch_id}/pay" Keyed,
///         effect MovesMoney;
///     /// Lists charges.
///     fn page(; query: &ListCharges) -> Page<Charge>:
///         "charges.list" GET "/v1/charges", read page, pages list;
/// }
/// ```
///
/// The functions are not generic, so that serde's work is compiled once, in the crate of the
/// API. Path values are percent-encoded, in order. What follows the semicolon is `json`, `query`,
/// `urlencoded`, `form` or `json_text`; of the first three the [`Check`] is made before anything is
/// sent, and
/// `json(wrap): &T` and `query(wrap): &T` send what `wrap` makes of the value.
///
/// Reads may be repeated and everything else may not, unless the row says `Safe`, `Keyed` or
/// `Once`. A GET reads, a DELETE destroys and everything else changes something, unless the row
/// names another [`Effect`](crate::Effect). A `Keyed` row takes a key in its header, any other
/// none, unless the row names another [`KeyRule`](crate::KeyRule).
///
/// `scope "…"` names what the credentials have to allow, where the API says it. `auth MODE` names
/// an [`AuthMode`](crate::kit::AuthMode) for the service's credentials; `read F` a function that
/// reads the response; `pages NAME` makes a second function, for the items of page
/// after page, whose operation has the row's name, and one page the same name with `_page` behind
/// it. `pages NAME as "…"` names the items, and leaves one page the row's name; the items then
/// begin at the first page only. An endpoint whose answer is `RequestBuilder` gives the request
/// itself, for streams.
///
/// The operation's arguments are its path values and the members of the struct, or the whole body
/// under one name: `json: &Json as "payment"`. A row whose method does more than make this request
/// says `part of METHOD`, and is no operation by itself.
#[macro_export]
macro_rules! endpoints {
    (
        $vis:vis static $routes:ident, $operations:ident;
        $(
            $(#[doc = $about:literal])+
            fn $name:ident (
                $($id:ident),*
                $(; $part:ident $(($wrap:expr))? : $ty:ty $(as $argument:literal)?)?
            ) -> $out:ty :
                $operation:literal $method:ident $path:literal
                $($class:ident)?
                $(, effect $effect:ident)? $(, key $key:expr)? $(, scope $scope:literal)?
                $(, auth $auth:path)?
                $(, read $decode:path)? $(, pages $pages:ident $(as $items:literal)?)?
                $(, part of $composed:ident)? ;
        )*
    ) => {
        #[doc = "The routes of this file."]
        $vis static $routes: &[$crate::kit::Route] = &[
            $( $crate::endpoints!(
                @route $operation, $method $path [$($class)?] [$($effect)?] [$($key)?]
                [$($scope)?] [$($auth)?]
            ) ),*
        ];

        #[doc = "The operations of this file."]
        #[cfg(feature = "registry")]
        $vis static $operations: &[&[$crate::registry::Operation]] = &[
            $( $crate::endpoints!(
                @operation [$($composed)?] $name [$operation $(, $pages $(as $items)?)?]
                [$($about),+] [$($id),*]
                [$($part : $ty $(as $argument)?)?] $out
            ) ),*
        ];
        $(
            #[inline(never)]
            pub(crate) fn $name(
                service: &::std::sync::Arc<$crate::kit::Service>
                $(, $id: &str)*
                $(, $part: $ty)?
            ) -> $crate::endpoints!(@flow $out $(, $decode)?) {
                const ROUTE: $crate::kit::Route = $crate::endpoints!(
                    @route $crate::endpoints!(@called $operation $(, $pages $(as $items)?)?),
                    $method $path [$($class)?] [$($effect)?] [$($key)?] [$($scope)?] [$($auth)?]
                );
                let builder = $crate::kit::RequestBuilder::new(
                    &ROUTE,
                    &[$((stringify!($id), $id)),*],
                );
                $( let builder = $crate::endpoints!(@part builder, $part $part $(($wrap))?); )?
                $crate::endpoints!(@conclude $out, builder, service $(, $decode)?)
            }
            $crate::endpoints!(
                @pages [$($pages $(as $items)?)?] $name $operation [$($id),*] [$($part : $ty)?] $out
            );
        )*
    };
    (@called $operation:literal) => { $operation };
    (@called $operation:literal, $pages:ident) => { concat!($operation, "_page") };
    (@called $operation:literal, $pages:ident as $items:literal) => { $operation };
    (
        @route $operation:expr, $method:ident $path:literal
        [$($class:ident)?] [$($effect:ident)?] [$($key:expr)?] [$($scope:literal)?]
        [$($auth:path)?]
    ) => {
        $crate::kit::Route::new(
            $operation,
            ::http::Method::$method,
            $path,
            $crate::endpoints!(@class $method $($class)?),
        )
        .with_effect($crate::endpoints!(@effect $method $($effect)?))
        $( .with_key($key) )? $( .with_scope($scope) )? $( .with_auth($auth) )?
    };
    (@class GET) => { $crate::kit::Retry::Safe };
    (@class $method:ident) => { $crate::kit::Retry::Once };
    (@class $method:ident $class:ident) => { $crate::kit::Retry::$class };
    (@effect GET) => { $crate::Effect::Reads };
    (@effect DELETE) => { $crate::Effect::Destroys };
    (@effect $method:ident) => { $crate::Effect::Changes };
    (@effect $method:ident $effect:ident) => { $crate::Effect::$effect };
    (@part $builder:ident, json $value:ident) => {
        $builder.checked($crate::kit::Check::check($value)).json($value)
    };
    (@part $builder:ident, json $value:ident ($wrap:expr)) => {
        $builder.checked($crate::kit::Check::check($value)).json(&($wrap)($value))
    };
    (@part $builder:ident, query $value:ident) => {
        $builder.checked($crate::kit::Check::check($value)).query($value)
    };
    (@part $builder:ident, query $value:ident ($wrap:expr)) => {
        $builder.checked($crate::kit::Check::check($value)).query(&($wrap)($value))
    };
    (@part $builder:ident, urlencoded $value:ident) => {
        $builder.checked($crate::kit::Check::check($value)).urlencoded($value)
    };
    (@part $builder:ident, $part:ident $value:ident) => { $builder.$part($value) };
    (@flow $out:ty) => { <$out as $crate::kit::IntoCall>::Call };
    (@flow $out:ty, $decode:path) => { $crate::kit::Unary<$out> };
    (@conclude $out:ty, $builder:ident, $service:ident, $decode:path) => {
        $builder.unary($service, $decode)
    };
    (@conclude $out:ty, $builder:ident, $service:ident) => {
        <$out as $crate::kit::IntoCall>::conclude($builder, $service)
    };
    (@pages [] $($row:tt)*) => {};
    (@pages [$pages:ident] $name:ident $operation:literal $($row:tt)*) => {
        $crate::endpoints!(@items_of all_pages, $pages $name $operation $($row)*);
    };
    (@pages [$pages:ident as $items:literal] $name:ident $operation:literal $($row:tt)*) => {
        $crate::endpoints!(@items_of all_pages_from_first, $pages $name $items $($row)*);
    };
    (
        @items_of $all_pages:ident, $pages:ident $name:ident $operation:literal [$($id:ident),*]
        [$query:ident : $ty:ty] $out:ty
    ) => {
        #[inline(never)]
        pub(crate) fn $pages(
            service: &::std::sync::Arc<$crate::kit::Service>
            $(, $id: &str)*
            , $query: $ty
        ) -> $crate::kit::Pages<<$out as $crate::kit::PageOf>::Item> {
            $( let $id = $id.to_owned(); )*
            $crate::kit::$all_pages($operation, service, $query, move |service, $query| {
                $name(service $(, &$id)*, $query)
            })
        }
    };
    (@operation [$composed:ident] $($row:tt)*) => { &[] };
    (
        @operation [] $name:ident [$operation:literal] [$($about:literal),+] [$($id:ident),*]
        [$($part:ident : $ty:ty $(as $argument:literal)?)?] $out:ty
    ) => {
        &[$crate::registry::Operation::new(
            $operation,
            $operation,
            concat!($($about),+),
            &[$(stringify!($id)),*],
            $crate::endpoints!(@input $($part : $ty $(as $argument)?)?),
            <$out as $crate::kit::Describe>::SHAPE,
            $crate::registry::Begin::Call(
                $crate::endpoints!(@call $name [$($id),*] [$($part : $ty $(as $argument)?)?]),
            ),
        )]
    };
    (@operation [] $name:ident [$operation:literal, $pages:ident] $($row:tt)*) => {
        $crate::endpoints!(
            @list $name [$operation, concat!($operation, "_page"), $operation, $pages] $($row)*
        )
    };
    (
        @operation [] $name:ident [$operation:literal, $pages:ident as $items:literal]
        $($row:tt)*
    ) => {
        $crate::endpoints!(@list $name [$operation, $operation, $items, $pages] $($row)*)
    };
    (
        @list $name:ident [$operation:literal, $page:expr, $items:expr, $pages:ident]
        [$($about:literal),+] [$($id:ident),*] [$part:ident : $ty:ty] $out:ty
    ) => {
        &[
            $crate::registry::Operation::new(
                $items,
                $operation,
                concat!($($about),+),
                &[$(stringify!($id)),*],
                $crate::endpoints!(@input $part : $ty),
                <<$out as $crate::kit::PageOf>::Item as $crate::kit::Describe>::SHAPE,
                $crate::registry::Begin::Items(
                    $crate::endpoints!(@items $pages [$($id),*] [$part : $ty]),
                ),
            ),
            $crate::registry::Operation::new(
                $page,
                $operation,
                concat!($($about),+),
                &[$(stringify!($id)),*],
                $crate::endpoints!(@input $part : $ty),
                <$out as $crate::kit::Describe>::SHAPE,
                $crate::registry::Begin::Call(
                    $crate::endpoints!(@call $name [$($id),*] [$part : $ty]),
                ),
            ),
        ]
    };
    (@input) => { None };
    (@input $part:ident : $ty:ty) => {
        Some($crate::registry::Input::members(
            stringify!($part),
            <<$ty as $crate::kit::RowArgument>::Owned as $crate::kit::Describe>::SHAPE,
        ))
    };
    (@input $part:ident : $ty:ty as $argument:literal) => {
        Some($crate::registry::Input::whole(
            stringify!($part),
            $argument,
            <<$ty as $crate::kit::RowArgument>::Owned as $crate::kit::Describe>::SHAPE,
        ))
    };
    (@call $name:ident [$($id:ident),*] [$($part:ident : $ty:ty $(as $argument:literal)?)?]) => {
        |service, mut arguments| {
            $( let $id = arguments.text(stringify!($id))?; )*
            $( let $part = $crate::endpoints!(@read arguments, $ty $(, $argument)?)?; )?
            arguments.finish()?;
            Ok($crate::registry::to_json($name(service $(, &$id)* $(, &$part)?)))
        }
    };
    (@items $pages:ident [$($id:ident),*] [$part:ident : $ty:ty]) => {
        |service, mut arguments| {
            $( let $id = arguments.text(stringify!($id))?; )*
            let $part = $crate::endpoints!(@read arguments, $ty)?;
            arguments.finish()?;
            Ok($crate::registry::items_to_json($pages(service $(, &$id)*, &$part)))
        }
    };
    (@read $arguments:ident, $ty:ty) => {
        $arguments.members::<<$ty as $crate::kit::RowArgument>::Owned>()
    };
    (@read $arguments:ident, $ty:ty, $argument:literal) => {
        $arguments.whole::<<$ty as $crate::kit::RowArgument>::Owned>($argument)
    };
}

/// Arguments that are looked over before anything is sent.
///
/// The derive `Args` implements it: by the type's own method `check` where it says
/// `#[wire(check)]`, and by nothing otherwise.
pub trait Check {
    /// Says what cannot work.
    ///
    /// # Errors
    /// `Config` naming the field.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Check for crate::json::Json {}

/// What a row takes, as the registry of operations reads it.
pub trait RowArgument {
    /// The same, owned.
    type Owned;
}

impl<A> RowArgument for &A {
    type Owned = A;
}

/// Arguments of a list in pages: they say at which page to begin.
pub trait Cursor {
    /// Where it begins, unless at the first page.
    fn cursor(&self) -> Option<&str>;

    /// The same, at another page.
    #[must_use]
    fn at(&self, cursor: Option<String>) -> Self;
}

/// A page of a list.
pub trait PageOf {
    /// What it is a list of.
    type Item;

    /// Its rows, and the cursor of the next page.
    fn into_page(self) -> Page<Self::Item>;
}

impl<I> PageOf for Page<I> {
    type Item = I;

    fn into_page(self) -> Self {
        self
    }
}

/// The items of page after page, beginning where the arguments say.
pub fn all_pages<Q: Cursor + Clone + Send + 'static, P: PageOf<Item: Send> + 'static>(
    operation: &'static str,
    service: &Arc<Service>,
    query: &Q,
    row: impl Fn(&Arc<Service>, &Q) -> Unary<P> + Send + 'static,
) -> Pages<P::Item> {
    let (service, query) = (Arc::clone(service), query.clone());
    let limits = service.limits.clone();
    let ask = move |reached: Option<&str>| -> BoxFlow<Page<P::Item>> {
        let cursor = reached.or_else(|| query.cursor()).map(str::to_owned);
        Box::new(Map::new(row(&service, &query.at(cursor)), |page| Ok(page.into_page())))
    };
    Pages::new(operation, limits.pages, ask).within(limits.list_time)
}

/// The items of page after page, from the first on: arguments that name a page are refused.
pub fn all_pages_from_first<Q: Cursor + Clone + Send + 'static, P: PageOf<Item: Send> + 'static>(
    operation: &'static str,
    service: &Arc<Service>,
    query: &Q,
    row: impl Fn(&Arc<Service>, &Q) -> Unary<P> + Send + 'static,
) -> Pages<P::Item> {
    if query.cursor().is_none() {
        return all_pages(operation, service, query, row);
    }
    Pages::new(operation, 1, |_| {
        let error = Error::config("cursor", "expected none: it begins at the first page");
        Box::new(Failed::with(error))
    })
}

/// How a row's request becomes a flow, by the type it answers with.
pub trait IntoCall: Sized {
    /// The flow, or the request itself.
    type Call;

    /// Finishes the row.
    fn conclude(builder: RequestBuilder, service: &Arc<Service>) -> Self::Call;
}

impl IntoCall for RequestBuilder {
    type Call = Self;

    fn conclude(builder: RequestBuilder, _: &Arc<Service>) -> Self {
        builder
    }
}

impl<O: DeserializeOwned> IntoCall for O {
    type Call = Unary<O>;

    fn conclude(builder: RequestBuilder, service: &Arc<Service>) -> Unary<O> {
        builder.unary(service, json_answer)
    }
}
