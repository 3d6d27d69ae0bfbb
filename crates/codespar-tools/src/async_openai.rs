//! Tools, calls and results as the types of the crate `async-openai`.
//!
//! Its types only: the crate's client is not needed, and not brought along.
//!
//! ```
//! use async_openai::types::chat::{ChatCompletionMessageToolCall, FunctionCall};
//! use codespar_tools::ToolCall;
//!
//! // What the model asks for, out of the answer of a chat completion.
//! let item = ChatCompletionMessageToolCall {
//!     id: "call_1".to_owned(),
//!     function: FunctionCall { name: "charges_get".to_owned(), arguments: "{}".to_owned() },
//! };
//! let call = ToolCall::from(&item).conversation("chat-7");
//! assert_eq!(call.id.as_deref(), Some("call_1"));
//! ```

use ::async_openai::types::{
    chat::{ChatCompletionMessageToolCall, ChatCompletionRequestToolMessage, ChatCompletionTools},
    responses::{FunctionCallOutputItemParam, FunctionToolCall, Tool},
};
use codespar_engine::{Error, driver::Transport};

use crate::{answer::ToolAnswer, call::ToolCall, dialect::Dialect, toolbox::Toolbox};

impl From<&ChatCompletionMessageToolCall> for ToolCall {
    fn from(item: &ChatCompletionMessageToolCall) -> Self {
        Self::new(&item.function.name, &item.function.arguments).id(&item.id)
    }
}

impl From<&FunctionToolCall> for ToolCall {
    fn from(item: &FunctionToolCall) -> Self {
        Self::new(&item.name, &item.arguments).id(&item.call_id)
    }
}

impl<T: Transport> Toolbox<T> {
    /// The tools as the crate `async-openai` takes them for a chat completion.
    ///
    /// # Errors
    /// `Decode`, should that crate read its own form otherwise.
    pub fn chat_completion_tools(&self) -> Result<Vec<ChatCompletionTools>, Error> {
        self.list(Dialect::OpenAiChat).read()
    }

    /// The tools as the crate `async-openai` takes them for a response.
    ///
    /// # Errors
    /// `Decode`, should that crate read its own form otherwise.
    pub fn response_tools(&self) -> Result<Vec<Tool>, Error> {
        self.list(Dialect::OpenAiResponses).read()
    }
}

impl ToolAnswer {
    /// The message of the role `tool` that answers a call of a chat completion.
    ///
    /// # Errors
    /// `Decode`, should that crate read its own form otherwise.
    pub fn chat_completion_message(
        &self,
        call: &ToolCall,
    ) -> Result<ChatCompletionRequestToolMessage, Error> {
        self.message(Dialect::OpenAiChat, call).read()
    }

    /// The item that answers a call of a response.
    ///
    /// # Errors
    /// `Decode`, should that crate read its own form otherwise.
    pub fn response_item(&self, call: &ToolCall) -> Result<FunctionCallOutputItemParam, Error> {
        self.message(Dialect::OpenAiResponses, call).read()
    }
}
