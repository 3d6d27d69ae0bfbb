//! What the derives make of a type: that they read and write as the declarations by macro do, what
//! they write beside that, and what they say of it.

mod described;
mod made;
mod same;
mod schemas;
