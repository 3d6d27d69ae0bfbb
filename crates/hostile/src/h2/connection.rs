//! A connection: reads frames, keeps the rules where the script does not break them.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use httlib_hpack::Decoder;
use socket2::{SockRef, Socket};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, ReadHalf, WriteHalf},
    net::TcpStream,
    sync::{Mutex, Notify},
    task::JoinSet,
};
use tokio_rustls::server::TlsStream;

use super::{
    frame::{self, END_HEADERS, END_STREAM, Frame, data_in, kind, setting, window_update},
    shared::Shared,
    window::Windows,
};
use crate::{Act, Request};

/// How much a flood sends at most: far more than any limit lets through.
const FLOOD: usize = 96 << 20;
/// A moment: between the pieces of a trickle, and wherever a script pauses.
const MOMENT: Duration = Duration::from_millis(20);
/// How long a client may keep a connection that the script has left alone.
const PATIENCE: Duration = Duration::from_secs(180);

pub(super) struct Connection {
    shared: Arc<Shared>,
    number: usize,
    reader: ReadHalf<TlsStream<TcpStream>>,
    line: Arc<Line>,
    headers: Decoder<'static>,
    begun: HashMap<u32, Request>,
    block: Vec<u8>,
}

/// What the scripts of a connection share.
struct Line {
    writer: Mutex<WriteHalf<TlsStream<TcpStream>>>,
    socket: Option<Socket>,
    windows: Windows,
    /// How many connections the server has closed, from its side.
    closed: Arc<AtomicUsize>,
    /// The streams that the client gave up.
    gone: std::sync::Mutex<HashSet<u32>>,
    frozen: Notify,
    reset: Notify,
}

impl Connection {
    pub(super) fn new(shared: &Arc<Shared>, tls: TlsStream<TcpStream>, number: usize) -> Self {
        let socket = SockRef::from(tls.get_ref().0).try_clone().ok();
        let (reader, writer) = tokio::io::split(tls);
        let line = Line {
            closed: Arc::clone(&shared.closed),
            writer: Mutex::new(writer),
            socket,
            windows: Windows::new(),
            gone: std::sync::Mutex::default(),
            frozen: Notify::new(),
            reset: Notify::new(),
        };
        Self {
            shared: Arc::clone(shared),
            number,
            reader,
            line: Arc::new(line),
            headers: Decoder::with_dynamic_size(4096),
            begun: HashMap::new(),
            block: Vec::new(),
        }
    }

    pub(super) async fn converse(mut self) -> io::Result<()> {
        let line = Arc::clone(&self.line);
        // Dropped with this future, and the scripts in it.
        let mut scripts = JoinSet::new();
        tokio::select! {
            read = self.read_all(&mut scripts) => read,
            () = line.reset.notified() => {
                match &line.socket {
                    Some(socket) => socket.set_linger(Some(Duration::ZERO)),
                    None => Ok(()),
                }
            }
            // Reads nothing any more, and writes nothing.
            () = line.frozen.notified() => {
                tokio::time::sleep(PATIENCE).await;
                Ok(())
            }
        }
    }

    async fn read_all(&mut self, scripts: &mut JoinSet<()>) -> io::Result<()> {
        self.reader.read_exact(&mut [0; 24]).await?;
        let mute = self.is_mute();
        if !mute {
            let greeting = self.shared.habits.greeting.clone();
            self.line.send(&greeting).await?;
        }
        loop {
            let frame = Frame::read(&mut self.reader).await?;
            match frame.kind {
                kind::SETTINGS if !frame.is_ack() => {
                    if let Some(window) = frame.setting(setting::INITIAL_WINDOW_SIZE) {
                        self.line.windows.begin(window);
                    }
                    if !mute {
                        self.line.send(&frame::frame(kind::SETTINGS, 1, 0, [])).await?;
                    }
                }
                kind::PING if !frame.is_ack() => {
                    self.shared.pings.fetch_add(1, Ordering::SeqCst);
                    self.line.send(&frame::frame(kind::PING, 1, 0, &frame.payload)).await?;
                }
                kind::WINDOW_UPDATE => self.line.windows.grow(frame.stream, frame.number()),
                kind::RST_STREAM => {
                    let reset = (self.number, frame.stream, frame.number());
                    self.begun.remove(&frame.stream);
                    self.line.gone.lock().unwrap().insert(frame.stream);
                    self.shared.resets.lock().unwrap().push(reset);
                }
                kind::HEADERS | kind::CONTINUATION => self.head(&frame, scripts)?,
                kind::DATA => self.data(&frame, scripts).await?,
                _ => {}
            }
        }
    }

    fn is_mute(&self) -> bool {
        let until = self.shared.habits.mute_until.as_ref();
        until.is_some_and(|until| !until.load(Ordering::SeqCst))
    }

    fn head(&mut self, frame: &Frame, scripts: &mut JoinSet<()>) -> io::Result<()> {
        self.block.extend_from_slice(&frame.payload);
        if !frame.has(END_HEADERS) {
            return Ok(());
        }
        let mut fields = Vec::new();
        let decoded = self.headers.decode(&mut std::mem::take(&mut self.block), &mut fields);
        decoded.map_err(|_| io::Error::other("a header block that is none"))?;
        self.shared.heads.fetch_add(1, Ordering::SeqCst);
        let request = self.request(&fields);
        self.begun.insert(frame.stream, request);
        if frame.has(END_STREAM) || self.is_mute() {
            self.answer(frame.stream, scripts);
        }
        Ok(())
    }

    /// The request of these fields, in the words of HTTP/1.1.
    fn request(&self, fields: &[(Vec<u8>, Vec<u8>, u8)]) -> Request {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let pseudo = |name: &str| {
            let found = fields.iter().find(|(found, ..)| found == name.as_bytes());
            found.map_or_else(String::new, |(_, value, _)| text(value))
        };
        let mut head = format!("{} {} HTTP/2\r\n", pseudo(":method"), pseudo(":path"));
        head.push_str(&format!("host: {}\r\n", pseudo(":authority")));
        for (name, value, flags) in fields.iter().filter(|(name, ..)| !name.starts_with(b":")) {
            head.push_str(&format!("{}: {}\r\n", text(name), text(value)));
            if flags & Decoder::NEVER_INDEXED != 0 {
                self.shared.guarded.lock().unwrap().push(text(name));
            }
        }
        Request { connection: self.number, number: 0, head, body: Vec::new() }
    }

    async fn data(&mut self, frame: &Frame, scripts: &mut JoinSet<()>) -> io::Result<()> {
        if let Some(request) = self.begun.get_mut(&frame.stream) {
            request.body.extend_from_slice(&frame.payload);
        }
        let over = frame.has(END_STREAM);
        if over {
            self.answer(frame.stream, scripts);
        }
        match u32::try_from(frame.payload.len()) {
            Ok(room @ 1..) if self.shared.habits.gives_room => {
                let mut updates = window_update(0, room);
                if !over {
                    updates.extend(window_update(frame.stream, room));
                }
                self.line.send(&updates).await
            }
            _ => Ok(()),
        }
    }

    /// Runs the script on a request.
    fn answer(&mut self, stream: u32, scripts: &mut JoinSet<()>) {
        let Some(mut request) = self.begun.remove(&stream) else { return };
        self.shared.take_down(&mut request);
        let (shared, line) = (Arc::clone(&self.shared), Arc::clone(&self.line));
        scripts.spawn(async move {
            for act in (shared.script)(&request, stream) {
                if !matches!(line.perform(&shared, stream, act).await, Ok(true)) {
                    return;
                }
            }
        });
        while scripts.try_join_next().is_some() {}
    }
}

impl Line {
    async fn send(&self, bytes: &[u8]) -> io::Result<()> {
        if let Some((stream, amount)) = data_in(bytes) {
            self.windows.spend(stream, amount);
        }
        let mut writer = self.writer.lock().await;
        writer.write_all(bytes).await?;
        writer.flush().await
    }

    /// Says whether the script goes on.
    async fn perform(&self, shared: &Shared, stream: u32, act: Act) -> io::Result<bool> {
        match act {
            Act::Send(bytes) => self.send(&bytes).await?,
            Act::Drip(bytes) => self.drip(&bytes).await?,
            Act::Trickle(piece) => {
                for _ in 0..PATIENCE.as_millis() / MOMENT.as_millis() {
                    if self.is_gone(stream) {
                        return Ok(false);
                    }
                    self.send(&piece).await?;
                    tokio::time::sleep(MOMENT).await;
                }
                return Ok(false);
            }
            Act::Flood(piece) => self.flood(shared, &piece).await?,
            Act::Pause => tokio::time::sleep(MOMENT).await,
            Act::Until(gate) => gate.opened().await,
            Act::Stall => {
                self.frozen.notify_one();
                return Ok(false);
            }
            Act::Close => {
                self.writer.lock().await.shutdown().await?;
                self.closed.fetch_add(1, Ordering::SeqCst);
                return Ok(false);
            }
            Act::Reset => {
                self.reset.notify_one();
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_gone(&self, stream: u32) -> bool {
        self.gone.lock().unwrap().contains(&stream)
    }

    async fn drip(&self, bytes: &Bytes) -> io::Result<()> {
        if let Some((stream, amount)) = data_in(bytes) {
            self.windows.spend(stream, amount);
        }
        let mut writer = self.writer.lock().await;
        for byte in bytes {
            writer.write_all(&[*byte]).await?;
            writer.flush().await?;
        }
        Ok(())
    }

    async fn flood(&self, shared: &Shared, piece: &Bytes) -> io::Result<()> {
        for _ in 0..FLOOD / piece.len() {
            if let Some((stream, amount)) = data_in(piece) {
                self.windows.wait(stream, amount).await;
                if self.is_gone(stream) {
                    return Ok(());
                }
            }
            self.send(piece).await?;
            shared.flooded.fetch_add(piece.len() as u64, Ordering::SeqCst);
        }
        Ok(())
    }
}
