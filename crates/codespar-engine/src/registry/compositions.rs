//! Operations that are made of more than one row.

/// Operations whose methods do more than make one request: they begin, wait, choose, or send
/// nothing at all.
///
/// ```text
/// compositions! {
///     pub(super) static OPERATIONS;
///     fn start(session: Session) -> Started;
///
///     /// Waits until a payment is settled.
///     "session.settled" of "session.payment_status" {
///         /// The call that made it.
///         tool_call_id: ToolCallId,
///     } -> PaymentStatus => session.settled(&tool_call_id);
///     /// Begins a checkout.
///     "session.shop_checkout" of "session.shop_checkout" (args: ShopCheckout) -> Checkout =>
///         session.shop_checkout(&args);
/// }
/// ```
///
/// `of` names the row that says what the operation does to the world; without it nothing is sent.
/// Arguments are one struct, or members by name. The call is whatever `Start` of the crate's own
/// registry begins.
#[macro_export]
macro_rules! compositions {
    (
        $vis:vis static $operations:ident;
        fn $start:ident($object:ident : $target:ident) -> $started:ident;
        $(
            $(#[doc = $about:literal])+
            $name:literal $(of $row:literal)? $args:tt -> $out:ty => $call:expr;
        )*
    ) => {
        $vis static $operations: &[$crate::registry::Operation] = &[$(
            $crate::registry::Operation::new(
                $name,
                concat!($($row)?),
                concat!($($about),+),
                &[],
                $crate::compositions!(@input $args),
                <$out as $crate::kit::Describe>::SHAPE,
                $crate::registry::Begin::Method,
            ),
        )*];

        $vis fn $start<T: $crate::driver::Transport>(
            $object: &$target<T>,
            name: &str,
            args: &$crate::Json,
        ) -> Option<Result<$started<T>, $crate::Error>> {
            Some(match name {
                $( $name => (|| {
                    $crate::compositions!(@bind args, $args);
                    Start::start($call, $object)
                })()
                .map_err(|error: $crate::Error| error.at($name)), )*
                _ => return None,
            })
        }
    };
    (@input {}) => { None };
    (@input ($args:ident: $ty:ty)) => {
        Some($crate::registry::Input::members("json", <$ty as $crate::kit::Describe>::SHAPE))
    };
    (@input { $($(#[$meta:meta])* $field:ident: $ty:ty),+ $(,)? }) => {
        Some($crate::registry::Input::members("json", {
            #[derive($crate::Describe)]
            #[allow(dead_code, reason = "it is described only")]
            struct Arguments { $($(#[$meta])* $field: $ty),+ }
            <Arguments as $crate::kit::Describe>::SHAPE
        }))
    };
    (@bind $json:ident, ($args:ident: $ty:ty)) => {
        let $args: $ty = $crate::registry::arguments($json)?;
    };
    (@bind $json:ident, { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive($crate::kit::serde::Deserialize)]
        #[serde(crate = "codespar_engine::kit::serde")]
        struct Arguments { $($(#[$meta])* $field: $ty),* }
        let Arguments { $($field),* } = $crate::registry::arguments($json)?;
    };
}
