//! The shapes of types that are not derived.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::describe::{Describe, Kind, Scalar, Shape, Unit};
use crate::{
    flow::pages::Page,
    json::{Json, members::Extra},
    secret::{ApiKey, Sensitive},
    time::Timestamp,
};

macro_rules! shapes {
    ($($($ty:ty),+ = $shape:expr;)*) => {$($(
        impl Describe for $ty {
            const SHAPE: &'static Shape = $shape;
        }
    )+)*};
}

shapes! {
    () = Shape::NULL;
    bool = Shape::BOOLEAN;
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize = Shape::INTEGER;
    f32, f64 = Shape::NUMBER;
    str, String, char = Shape::TEXT;
    Json, serde_json::Value = Shape::ANY;
    Extra, serde_json::Map<String, serde_json::Value> = &Shape::Map(Shape::ANY);
    Timestamp = &Shape::Scalar(Scalar::new(Kind::Text).in_unit(Unit::Timestamp));
    ApiKey, Sensitive = &Shape::Scalar(Scalar::new(Kind::Text).secret());
}

macro_rules! transparent {
    ($($ty:ty),* $(,)?) => {$(
        impl<T: Describe + ?Sized> Describe for $ty {
            const SHAPE: &'static Shape = T::SHAPE;
        }
    )*};
}

transparent!(&T, Box<T>, Arc<T>);

impl<T: Describe + ToOwned + ?Sized> Describe for Cow<'_, T> {
    const SHAPE: &'static Shape = T::SHAPE;
}

impl<T: Describe> Describe for Option<T> {
    const SHAPE: &'static Shape = &Shape::Nullable(T::SHAPE);
}

macro_rules! lists {
    ($($ty:ty),* $(,)?) => {$(
        impl<T: Describe> Describe for $ty {
            const SHAPE: &'static Shape = &Shape::List(T::SHAPE);
        }
    )*};
}

lists!(Vec<T>, [T], BTreeSet<T>);

impl<T: Describe> Describe for Page<T> {
    const SHAPE: &'static Shape = &Shape::Page(T::SHAPE);
}

impl<T: Describe, const N: usize> Describe for [T; N] {
    const SHAPE: &'static Shape = &Shape::List(T::SHAPE);
}

impl<K: AsRef<str>, T: Describe> Describe for BTreeMap<K, T> {
    const SHAPE: &'static Shape = &Shape::Map(T::SHAPE);
}

impl<K: AsRef<str>, T: Describe, S> Describe for HashMap<K, T, S> {
    const SHAPE: &'static Shape = &Shape::Map(T::SHAPE);
}
