//! The page after the one at hand, asked for before it is needed.

use std::{
    collections::VecDeque,
    fmt,
    panic::resume_unwind,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    thread::{Builder, JoinHandle},
    time::Duration,
};

use super::{Items, Slot};
use crate::{
    call::cancel::CancelHandle,
    drive::{
        DriverStep, ErasedFlow as _,
        blocking::{drive, perform},
    },
    error::Error,
    flow::{Event, tick::Tick},
    transport::{AsyncTransport, BlockingTransport, Transport},
};

/// The rows that are there, and the page that is on its way.
///
/// The flow hands out rows one by one. They are taken from it all at once, until it asks for the
/// next page: that request is made, and the rows are handed out meanwhile. When it is answered the
/// flow rests with the first row of that page, and is left alone until that one is due.
pub(super) struct Ahead<I> {
    rows: VecDeque<I>,
    /// What the list ends with, after the rows.
    failed: Option<Error>,
    /// Whether the flow has more rows, or a page to ask for.
    pulling: bool,
    /// Whether a step was carried out since this was last looked at.
    pub(super) stepped: bool,
    /// How long the caller had the rows while a page was on its way: it is no time of that page's,
    /// which makes no way unless the stream is asked.
    held: Duration,
    since: Option<Duration>,
    thread: Option<PageThread<I>>,
}

impl<I> Ahead<I> {
    pub(super) const fn new() -> Self {
        Self {
            rows: VecDeque::new(),
            failed: None,
            pulling: true,
            stepped: false,
            held: Duration::ZERO,
            since: None,
            thread: None,
        }
    }

    /// The moment as the flow is to see it.
    pub(super) fn seen<'a>(&self, mut tick: Tick<'a>) -> Tick<'a> {
        tick.now = tick.now.saturating_sub(self.held);
        tick
    }

    fn keep(&mut self, item: Option<Result<I, Error>>) {
        match item {
            Some(Ok(row)) => self.rows.push_back(row),
            Some(Err(error)) => self.failed = Some(error),
            None => {}
        }
    }
}

impl<T: Transport, I> Items<T, I> {
    /// A list that was canceled hands out no more rows.
    fn forget_if_canceled(&mut self) {
        if self.is_canceled() {
            if let Some(ahead) = &mut self.ahead {
                ahead.rows.clear();
            }
        }
    }
}

impl<T: AsyncTransport, I: Send + 'static> Items<T, I> {
    /// The next row; moves the page on that is on its way.
    pub(super) fn poll_ahead(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        if self.turn.is_over() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let now = self.transport.tick().now;
        self.forget_if_canceled();
        let Some(ahead) = &mut self.ahead else { return Poll::Ready(None) };
        let since = ahead.since.take();
        ahead.held += since.map(|then| now.saturating_sub(then)).unwrap_or_default();
        ahead.pulling |= ahead.rows.len() <= 1;
        self.pull_polling(cx);
        let Some(ahead) = &mut self.ahead else { return Poll::Ready(None) };
        match ahead.rows.pop_front() {
            Some(row) => {
                ahead.since = Some(now);
                self.turn.took(&Event::Taken);
                Poll::Ready(Some(Ok(row)))
            }
            None => match ahead.failed.take() {
                Some(error) => Poll::Ready(Some(Err(error))),
                None if self.is_over() => Poll::Ready(None),
                None => Poll::Pending,
            },
        }
    }

    fn pull_polling(&mut self, cx: &mut Context<'_>) {
        loop {
            let was_pending = self.pending.is_some();
            match &mut self.ahead {
                Some(ahead) if was_pending || ahead.pulling => ahead.stepped = was_pending,
                _ => return,
            }
            let Poll::Ready(item) = self.poll_item(cx) else { return };
            let is_over = item.is_none();
            let Some(ahead) = &mut self.ahead else { return };
            ahead.keep(item);
            if is_over {
                ahead.pulling = false;
            } else if ahead.stepped {
                // The first row of a page: the others have time, and so has the page after it.
                ahead.pulling = ahead.rows.len() <= 1;
            }
        }
    }
}

impl<T: BlockingTransport, I: Send + 'static> Items<T, I> {
    /// The next row; has the page after it asked for on a thread.
    pub(super) fn next_ahead(&mut self) -> Option<Result<I, Error>> {
        self.forget_if_canceled();
        let ahead = self.ahead.as_mut()?;
        if ahead.rows.len() <= 1 && ahead.thread.is_none() {
            self.pull();
        }
        let ahead = self.ahead.as_mut()?;
        if ahead.rows.is_empty() {
            if let Some(thread) = ahead.thread.take() {
                self.flow = thread.flow();
                self.rest();
                self.pull();
                // The page may have been there before it was canceled.
                self.forget_if_canceled();
            }
        }
        let ahead = self.ahead.as_mut()?;
        ahead.rows.pop_front().map(Ok).or_else(|| ahead.failed.take().map(Err))
    }

    /// Takes all rows there are, and begins to ask for the next.
    fn pull(&mut self) {
        while let (Some(event), Some(flow)) = (self.due(), &mut self.flow) {
            match flow.resume(self.transport.tick(), event) {
                None => self.rest(),
                Some(step) if self.ahead.as_ref().is_some_and(|it| it.rows.is_empty()) => {
                    self.finish(step);
                    self.rest();
                }
                Some(step) => return self.ask_on_thread(step),
            }
        }
    }

    fn rest(&mut self) {
        let item = self.take_item();
        if let Some(ahead) = &mut self.ahead {
            ahead.keep(item);
        }
    }

    fn ask_on_thread(&mut self, step: DriverStep) {
        let (Some(flow), Some(cancel)) = (self.flow.take(), self.options.cancel.clone()) else {
            return;
        };
        self.body = None;
        match PageThread::begin(self.transport.clone(), flow, step, cancel) {
            Ok(thread) => {
                if let Some(ahead) = &mut self.ahead {
                    ahead.thread = Some(thread);
                }
            }
            // There are no more threads to be had: it is asked for here.
            Err(Some(work)) => {
                let (flow, step) = *work;
                self.flow = Some(flow);
                self.finish(step);
                self.rest();
            }
            Err(None) => {}
        }
    }

    fn finish(&mut self, step: DriverStep) {
        let cancel = self.options.cancel.as_ref();
        let event = perform(&self.transport, &mut self.body, step, cancel);
        if let Some(flow) = &mut self.flow {
            drive(&self.transport, flow, &mut self.body, event, cancel);
        }
    }
}

/// A thread that asks for a page. Dropping it stops it.
struct PageThread<I> {
    thread: Option<JoinHandle<Option<Slot<I>>>>,
    cancel: CancelHandle,
}

/// A flow and what it wants next.
type Work<I> = Option<Box<(Slot<I>, DriverStep)>>;

impl<I: Send + 'static> PageThread<I> {
    /// Begins; gives the work back where there is no thread for it.
    fn begin<T: BlockingTransport>(
        transport: T,
        flow: Slot<I>,
        step: DriverStep,
        cancel: CancelHandle,
    ) -> Result<Self, Work<I>> {
        // What is moved into a thread that cannot be made is gone.
        let work = Arc::new(Mutex::new(Some(Box::new((flow, step)))));
        let (taken, stop) = (Arc::clone(&work), cancel.clone());
        let thread = Builder::new().name("codespar-next-page".to_owned()).spawn(move || {
            let (mut flow, step) = *take(&taken)?;
            let mut body = None;
            let event = perform(&transport, &mut body, step, Some(&stop));
            drive(&transport, &mut flow, &mut body, event, Some(&stop));
            Some(flow)
        });
        match thread {
            Ok(thread) => Ok(Self { thread: Some(thread), cancel }),
            Err(_) => Err(take(&work)),
        }
    }

    /// Waits for the page.
    fn flow(mut self) -> Option<Slot<I>> {
        let flow = self.thread.take()?.join();
        flow.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

fn take<I>(work: &Mutex<Work<I>>) -> Work<I> {
    work.lock().unwrap_or_else(PoisonError::into_inner).take()
}

impl<I> Drop for PageThread<I> {
    fn drop(&mut self) {
        if self.thread.is_some() {
            self.cancel.cancel();
        }
    }
}

impl<I> fmt::Debug for Ahead<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead").finish_non_exhaustive()
    }
}
