//! What has to come of a fault.

use codespar_proto::ErrorKind;

/// How often the server sees a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Repeat {
    /// Twice, where it may be repeated.
    Yes,
    /// Once.
    No,
    /// So often, whatever may be repeated otherwise.
    Times(usize),
}

/// What has to come of a fault.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Expect {
    /// Nothing: the call goes well.
    Fine,
    /// Nothing: the call goes well, and takes it for the last answer.
    Ends,
    /// Nothing: the call goes well, and hands the first event out without having read it.
    Unread,
    /// An error of one of these kinds.
    Fails(&'static [ErrorKind], Repeat),
}

/// A request that got no whole answer: reads and writes under a key are repeated.
pub(crate) const BREAKS: Expect = Expect::Fails(&[ErrorKind::Io], Repeat::Yes);
/// A limit on the whole call: there is no time left to repeat it.
pub(crate) const LATE: Expect = Expect::Fails(&[ErrorKind::Timeout], Repeat::No);
/// A limit on silence: a stream that may is opened again.
pub(crate) const SILENT: Expect = Expect::Fails(&[ErrorKind::Timeout], Repeat::Yes);
