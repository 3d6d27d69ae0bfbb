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
///     "session.settled" {
///         /// The call that made it.
///         tool_call_id: ToolCallId,
///     } -> PaymentStatus, of "session.payment_status" => session.settled(&tool_call_id);
///     /// Begins a checkout.
///     "session.shop_checkout"(args: ShopCheckout) -> Checkout, of "session.shop_checkout" =>
///         session.shop_checkout(&args);
///     /// Pays the bills of a batch.
///     "batches.pay"(batch_id; args: PayBatch) -> Batch, of "batches.pay" =>
///         session.batches().pay(&batch_id, &args);
/// }
/// ```
///
/// `of` names the row that says what the operation does to the world; without it nothing is sent,
/// or what the caller says. Arguments are the values of a path, `(batch_id)`, one struct, after the
/// values of a path where there are any, several structs, `(args: PayBatch, wait: Waiting)`, of
/// which each takes the members that it describes, or members by name. The call is whatever `Start`
/// of the crate's own registry begins.
#[macro_export]
macro_rules! compositions {
    (
        $vis:vis static $operations:ident;
        fn $start:ident($object:ident : $target:ident) -> $started:ident;
        $(
            $(#[doc = $about:literal])+
            $name:literal $args:tt -> $out:ty $(, of $row:literal)? => $call:expr;
        )*
    ) => {
        #[doc = "The operations of this file."]
        $vis static $operations: &[$crate::registry::Operation] = &[$(
            $crate::registry::Operation::new(
                $name,
                concat!($($row)?),
                concat!($($about),+),
                $crate::compositions!(@path $args),
                $crate::compositions!(@input $args),
                <$out as $crate::kit::Describe>::SHAPE,
                $crate::registry::Begin::Method,
            ),
        )*];

        #[doc = "Begins an operation of this file; `None` when there is none of that name."]
        $vis fn $start<T: $crate::driver::Transport>(
            $object: &$target<T>,
            name: &str,
            arguments: &mut $crate::registry::Arguments,
        ) -> Option<Result<$started<T>, $crate::Error>> {
            Some(match name {
                $( $name => (|| {
                    $crate::compositions!(@bind arguments, $args);
                    Start::start($call, $object)
                })(), )*
                _ => return None,
            })
        }
    };
    (@path ($($id:ident),+ ; $($args:ident: $ty:ty),+)) => { &[$(stringify!($id)),+] };
    (@path ($($id:ident),+)) => { &[$(stringify!($id)),+] };
    (@path $args:tt) => { &[] };
    (@input {}) => { None };
    (@input ($($id:ident),+)) => { None };
    (@input ($($id:ident),+ ; $($args:ident: $ty:ty),+)) => {
        $crate::compositions!(@input ($($args: $ty),+))
    };
    (@input ($args:ident: $ty:ty)) => {
        Some($crate::registry::Input::members("json", <$ty as $crate::kit::Describe>::SHAPE))
    };
    (@input ($args:ident: $ty:ty, $($more:ident: $more_ty:ty),+)) => {
        Some($crate::registry::Input::members("json", &$crate::describe::Shape::AllOf(&[
            <$ty as $crate::kit::Describe>::SHAPE,
            $(<$more_ty as $crate::kit::Describe>::SHAPE),+
        ])))
    };
    (@input { $($(#[$meta:meta])* $field:ident: $ty:ty),+ $(,)? }) => {
        Some($crate::registry::Input::members("json", {
            #[derive($crate::Describe)]
            #[allow(dead_code, reason = "it is described only")]
            struct Arguments { $($(#[$meta])* $field: $ty),+ }
            <Arguments as $crate::kit::Describe>::SHAPE
        }))
    };
    (@bind $arguments:ident, ($($id:ident),+ ; $($args:ident: $ty:ty),+)) => {
        $( let $id = $arguments.text(stringify!($id))?; )+
        $crate::compositions!(@bind $arguments, ($($args: $ty),+));
    };
    (@bind $arguments:ident, ($args:ident: $ty:ty, $($more:ident: $more_ty:ty),+)) => {
        $( let $more: $more_ty = $arguments.part()?; )+
        let $args: $ty = $arguments.members()?;
    };
    (@bind $arguments:ident, ($($id:ident),+)) => {
        $( let $id = $arguments.text(stringify!($id))?; )+
        $crate::compositions!(@bind $arguments, {});
    };
    (@bind $arguments:ident, ($args:ident: $ty:ty)) => {
        let $args: $ty = $arguments.members()?;
    };
    (@bind $arguments:ident, { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        #[derive($crate::kit::serde::Deserialize, $crate::Describe)]
        #[serde(crate = "codespar_engine::kit::serde")]
        struct Arguments { $($(#[$meta])* $field: $ty),* }
        let Arguments { $($field),* } = $arguments.members()?;
    };
}
