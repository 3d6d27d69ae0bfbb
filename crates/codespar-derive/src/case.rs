//! The rules of `#[serde(rename_all = "…")]` that are read, as serde applies them.

use syn::{Error, LitStr, Result};

#[derive(Clone, Copy)]
pub(crate) enum Rule {
    AsItIs,
    Lower,
    Upper,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
}

impl Rule {
    pub(crate) fn of(text: &LitStr) -> Result<Self> {
        Ok(match text.value().as_str() {
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "camelCase" => Self::Camel,
            "snake_case" => Self::Snake,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            _ => {
                let wanted = "expected `lowercase`, `UPPERCASE`, `camelCase`, `snake_case`, \
                              `SCREAMING_SNAKE_CASE` or `kebab-case`";
                return Err(Error::new(text.span(), wanted));
            }
        })
    }

    /// The name of a variant, `LikeThis`.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::AsItIs => name.to_owned(),
            Self::Lower => name.to_ascii_lowercase(),
            Self::Upper => name.to_ascii_uppercase(),
            Self::Camel => first(name, |c| c.to_ascii_lowercase()),
            Self::Snake | Self::ScreamingSnake | Self::Kebab => {
                let mut snake = String::new();
                for (at, c) in name.char_indices() {
                    if at > 0 && c.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(c.to_ascii_lowercase());
                }
                self.member(&snake)
            }
        }
    }

    /// The name of a member, `like_this`.
    pub(crate) fn member(self, name: &str) -> String {
        match self {
            Self::AsItIs | Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::Camel => {
                let words = name.split('_').map(|word| first(word, |c| c.to_ascii_uppercase()));
                first(&words.collect::<String>(), |c| c.to_ascii_lowercase())
            }
        }
    }
}

fn first(text: &str, change: fn(char) -> char) -> String {
    let mut rest = text.chars();
    rest.next().map(change).into_iter().chain(rest).collect()
}
