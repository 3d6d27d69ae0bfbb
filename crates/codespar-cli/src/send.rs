//! `send`: a turn of a session's agent, as it happens.

use std::io;

use clap::{Arg, ArgMatches, Command};
use codespar_blocking::{
    ChatEvent, Items, Json, UreqTransport,
    agent_tools::{Arguments, ToolEffect},
};
use codespar_engine::{Describe as _, Effect};

use crate::{
    arguments::{Members, content},
    command::{flag, option},
    interrupt::on_interrupt,
    judge::of_tool_call,
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
             It is never sent twice. That it ends well says that the turn is over, and that none \
             of its tool calls is held or unknown; what became of each stands in its line.",
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
    let mut turn =
        Turn { service, output: &mut output, in_line: false, reads: Vec::new(), calls: Vec::new() };
    turn.follow(events)
}

/// A turn as it is shown.
struct Turn<'a> {
    service: &'a Service,
    output: &'a mut Output,
    /// Whether the last line of text has no end yet.
    in_line: bool,
    /// The ids of calls of tools that are known to read only.
    reads: Vec<String>,
    /// How the calls of others ended, or began.
    calls: Vec<Exit>,
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
            self.note_call(&event);
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
            Some(ChatEvent::Done(result)) if result.aborted != Some(true) => {
                // Of calls that were refused the agent has told; those may be wanted still.
                let open = [Exit::Unknown, Exit::Held];
                match open.into_iter().find(|exit| self.calls.contains(exit)) {
                    Some(exit) => Err(Failure::of_lines(exit)),
                    None => Ok(()),
                }
            }
            Some(ChatEvent::Error(error)) => {
                let words = error.message.or(error.error).unwrap_or_default();
                let exit = if self.calls.is_empty() { Exit::Failed } else { Exit::Unknown };
                Err(Failure::new(exit, format!("the turn failed: {words}")))
            }
            _ => Err(Failure::new(Exit::Unknown, "the turn was cut short")),
        }
    }

    /// Notes a call of a tool that may have done something.
    fn note_call(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::ToolUse(tool) if self.only_reads(&tool.name, tool.input.as_ref()) => {
                self.reads.push(tool.id.clone());
            }
            // It has begun.
            ChatEvent::ToolUse(_) => self.calls.push(Exit::Done),
            ChatEvent::ToolResult(call)
                if !self.only_reads(&call.tool_name, call.input.as_ref()) =>
            {
                self.calls.push(of_tool_call(call));
            }
            ChatEvent::ToolOutput(output) if !self.reads.contains(&output.tool_use_id) => {
                self.calls.push(if output.is_error { Exit::Unknown } else { Exit::Done });
            }
            _ => {}
        }
    }

    fn only_reads(&self, name: &str, input: Option<&Json>) -> bool {
        let input = input.map(|input| Arguments::read(input.as_str()));
        let input = input.and_then(Result::ok).unwrap_or_default();
        let spec = tools::called(self.service, name, &input);
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
