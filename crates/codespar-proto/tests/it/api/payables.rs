//! Bills that are paid: batches, files, documents.

mod batches;
mod documents;
mod files;
mod pay;
