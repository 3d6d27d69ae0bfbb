//! Endpoints as the rows of a table.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::{
    flow::unary::Unary,
    http::{
        request::{RequestBuilder, json_answer},
        service::Service,
    },
};

/// Endpoints as a table. Each row makes a function that builds the call's flow, and an entry of
/// the table of routes.
///
/// ```text
/// endpoints! {
///     pub(crate) static ROUTES;
///     fn payment_status(tool_call) -> PaymentStatus: "session.payment_status" GET "/v1/tool-calls/{tool_call}/payment-status";
///     fn execute(session; json: &Execute<'_>) -> ToolResult: "session.execute" POST "/v1/sessions/{session}/execute", read execute_answer;
///     fn pay(batch; json: &Pay) -> Batch: "payables.batches.pay" POST "/v1/payables/batches/{batch}/pay" Keyed, effect MovesMoney;
/// }
/// ```
///
/// The functions are not generic, so that serde's work is compiled once, in the crate of the
/// API. Reads may be repeated and everything else may not, unless the row says `Safe`, `Keyed` or
/// `Once`. A GET reads, a DELETE destroys and everything else changes something, unless the row
/// names another [`Effect`](crate::verdict::Effect). A `Keyed` row takes a key in its header, any other none,
/// unless the row names another [`KeyRule`](crate::verdict::KeyRule). Path values are percent-encoded, in order; what follows the semicolon is `json`, `query`
/// or `form`. `auth MODE` names an [`AuthMode`](crate::http::credentials::AuthMode) for the service's credentials. An endpoint whose answer is `RequestBuilder` gives the request itself, for streams.
#[macro_export]
macro_rules! endpoints {
    (
        $vis:vis static $routes:ident;
        $(
            fn $name:ident ( $($id:ident),* $(; $($part:ident : $ty:ty),+)? ) -> $out:ty :
                $operation:literal $method:ident $path:literal
                $($class:ident)? $(, effect $effect:ident)? $(, key $key:expr)?
                $(, auth $auth:path)? $(, read $decode:path)? ;
        )*
    ) => {
        #[doc = "The routes of this file."]
        $vis static $routes: &[$crate::kit::Route] = &[
            $( $crate::kit::Route::new(
                $operation,
                ::http::Method::$method,
                $path,
                $crate::endpoints!(@class $method $($class)?),
            )
            .with_effect($crate::endpoints!(@effect $method $($effect)?))
            $( .with_key($key) )? $( .with_auth($auth) )? ),*
        ];
        $(
            #[inline(never)]
            pub(crate) fn $name(
                service: &::std::sync::Arc<$crate::kit::Service>
                $(, $id: &str)*
                $($(, $part: $ty)+)?
            ) -> $crate::endpoints!(@flow $out $(, $decode)?) {
                const ROUTE: $crate::kit::Route = $crate::kit::Route::new(
                    $operation,
                    ::http::Method::$method,
                    $path,
                    $crate::endpoints!(@class $method $($class)?),
                )
                .with_effect($crate::endpoints!(@effect $method $($effect)?))
                $( .with_key($key) )? $( .with_auth($auth) )?;
                let builder = $crate::kit::RequestBuilder::new(&ROUTE, &[$((stringify!($id), $id)),*])
                    $($( .$part($part) )+)?;
                $crate::endpoints!(@conclude $out, builder, service $(, $decode)?)
            }
        )*
    };
    (@class GET) => { $crate::kit::Retry::Safe };
    (@class $method:ident) => { $crate::kit::Retry::Once };
    (@class $method:ident $class:ident) => { $crate::kit::Retry::$class };
    (@effect GET) => { $crate::Effect::Reads };
    (@effect DELETE) => { $crate::Effect::Destroys };
    (@effect $method:ident) => { $crate::Effect::Changes };
    (@effect $method:ident $effect:ident) => { $crate::Effect::$effect };
    (@flow $out:ty) => { <$out as $crate::kit::IntoCall>::Call };
    (@flow $out:ty, $decode:path) => { $crate::kit::Unary<$out> };
    (@conclude $out:ty, $builder:ident, $service:ident, $decode:path) => {
        $builder.unary($service, $decode)
    };
    (@conclude $out:ty, $builder:ident, $service:ident) => {
        <$out as $crate::kit::IntoCall>::conclude($builder, $service)
    };
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
