//! `send`: a turn of a session's agent, as it happens.

use std::io;

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{
    ChatEvent, Items, Json, UreqTransport,
    agent_tools::{Arguments, ToolEffect},
    chat::ToolUse,
};
use codespar_engine::{Describe as _, Effect};

use crate::{
    arguments::{Members, content},
    command::{flag, option},
    interrupt::on_interrupt,
    options::Taken,
    outcome::{Exit, Failure, unsent},
    output::{Format, Output, failed_write, stdout},
    own::{Own, Run},
    plan::Plan,
    rows,
    session::{self, Service},
    settings::seconds,
    text::{one_line, plain},
    tools,
};

pub(crate) const SEND: Own = Own {
    words: &["send"],
    about: "Hands a message to a session's agent, which may move money, and shows it at work",
    effect: Some(Effect::MovesMoney),
    options,
    run: Run::Alone(run),
};

fn options(command: Command) -> Command {
    let message = Arg::new("message").value_name("MESSAGE").required(true);
    let command = command
        .long_about(
            "Hands a message to a session's agent, which may move money, and shows it at work.\n\n\
             It is never sent twice. That it ends well says that the turn is over: what became of \
             each tool call stands in its line.",
        )
        .arg(message.help("The message in words, or - for standard input"))
        .arg(flag("yes").help("Do not ask before money moves"))
        .arg(option("max-amount", "AMOUNT").help("Refused: what an agent spends is not known"));
    session::options(command)
}

fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let missing = || Failure::new(Exit::Internal, "there is no session.send_stream");
    let row = rows::row(&["session", "send-stream"]).ok_or_else(missing)?;
    let message = match matches.get_one::<String>("message").map_or("", String::as_str) {
        "-" => content("-", "MESSAGE")?,
        message => message.to_owned(),
    };
    let service = Service::of(matches)?;
    let members = Members::from([("message".to_owned(), Json::of(&message).map_err(unsent)?)]);
    let taken = Taken { options: Vec::new(), secrets: Vec::new() };
    let mut plan = Plan::new(row, taken, members, matches);
    plan.told = Some(Err("what an agent spends is not known before".to_owned()));
    plan.session = session::named_or_opened(matches);
    plan.servers = session::servers(matches, None);
    let done = turn(&mut plan, &service, &message);
    plan.close_session();
    done.map_err(|failure| plan.explain(failure))
}

fn turn(plan: &mut Plan<'_>, service: &Service, message: &str) -> Result<(), Failure> {
    plan.allow(&service.place)?;
    let mut output = Output::open(plan.matches)?;
    let mut events = plan.session_at(&service.client)?.send_stream(message);
    if let Some(limit) = seconds(plan.matches, "timeout")? {
        events = events.timeout(limit);
    }
    Turn { service, output: &mut output, in_line: false, acted: false }.follow(events)
}

/// A turn as it is shown.
struct Turn<'a> {
    service: &'a Service,
    output: &'a mut Output,
    /// Whether the last line of text has no end yet.
    in_line: bool,
    /// Whether a tool was called that is not known to read only.
    acted: bool,
}

impl Turn<'_> {
    fn follow(&mut self, mut events: Items<UreqTransport, ChatEvent>) -> Result<(), Failure> {
        on_interrupt(events.cancel_handle())?;
        let mut ended = None;
        for event in events {
            let event = event.map_err(|error| {
                let _ = self.end_line();
                Failure::of_error(error, Effect::MovesMoney)
            })?;
            if let ChatEvent::ToolUse(tool) = &event {
                self.acted |= !self.only_reads(tool);
            }
            self.show(&event).map_err(|error| failed_write(&error, true))?;
            ended = Some(event);
        }
        let end = self.end_line().and_then(|()| match self.output.format {
            Format::Table => Ok(()),
            _ => self.output.end_of_items(),
        });
        end.map_err(|error| failed_write(&error, true))?;
        self.output.remark();
        match ended {
            Some(ChatEvent::Done(result)) if result.aborted != Some(true) => Ok(()),
            Some(ChatEvent::Error(error)) => {
                let words = error.message.or(error.error).unwrap_or_default();
                let exit = if self.acted { Exit::Unknown } else { Exit::Failed };
                Err(Failure::new(exit, format!("the turn failed: {words}")))
            }
            _ => Err(Failure::new(Exit::Unknown, "the turn was cut short")),
        }
    }

    fn only_reads(&self, tool: &ToolUse) -> bool {
        let input = tool.input.as_ref().map(|input| Arguments::read(input.as_str()));
        let input = input.and_then(Result::ok).unwrap_or_default();
        let spec = tools::called(self.service, &tool.name, &input);
        spec.map_or(ToolEffect::Unknown, |spec| spec.effect).only_reads()
    }

    fn show(&mut self, event: &ChatEvent) -> io::Result<()> {
        let line = match event {
            ChatEvent::AssistantText(text) => {
                let text = plain(&text.content);
                if self.output.format == Format::Table {
                    self.in_line = !text.is_empty() && !text.ends_with('\n');
                }
                text
            }
            ChatEvent::ToolUse(tool) => self.line(&format!("calls {}", tool.name)),
            ChatEvent::ToolResult(record) => {
                let status = record.status.as_ref().map_or("over", |status| status.as_str());
                let mut line = format!("{} {status}", record.tool_name);
                for text in [record.id.as_ref().map(|id| id.as_str()), record.error_code.as_deref()]
                    .into_iter()
                    .flatten()
                {
                    line += &format!(" {text}");
                }
                self.line(&line)
            }
            ChatEvent::ToolOutput(output) => {
                let status = if output.is_error { "error" } else { "success" };
                self.line(&format!("{} {status}", output.tool_use_id))
            }
            _ => String::new(),
        };
        let json = Json::of(event).map_err(io::Error::other)?;
        self.output.event(&json, ChatEvent::SHAPE, &line)
    }

    /// A line of its own, after the text that was not ended.
    fn line(&mut self, text: &str) -> String {
        let before = if std::mem::take(&mut self.in_line) { "\n" } else { "" };
        format!("{before}[tool] {}\n", one_line(text))
    }

    fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.in_line) { stdout("\n") } else { Ok(()) }
    }
}
