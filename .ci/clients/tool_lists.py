"""Checks the lists of tools by the packages that models are called with.

    tool_lists.py PROGRAM

PROGRAM prints the lists and answers calls (`crates/conformance/examples/tool_lists.rs`). Each list
is read by the types of `openai`, `anthropic`, `google-genai` and `mcp`, extra members forbidden;
each schema is checked by `jsonschema`. Of each tool, arguments that fit are made from its schema,
and some that do not: `jsonschema` and the program have to agree on them. A list is spoiled for
each check, which has to refuse it.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator

from anthropic.types.tool_param import InputSchemaTyped, ToolParam
from google.genai import types as genai
from jsonschema import Draft202012Validator as Validator
from jsonschema.exceptions import SchemaError
from mcp.types import ListToolsResult
from openai.types.chat import ChatCompletionFunctionToolParam
from openai.types.responses import FunctionToolParam
from openai.types.shared_params import FunctionDefinition
from pydantic import ConfigDict, TypeAdapter, ValidationError

CLOSED = ConfigDict(extra="forbid", strict=True)

# Wrong descriptions of a type, such as one that does not exist, are no more than warnings there.
warnings.simplefilter("error", UserWarning)


def closed(kind: type) -> TypeAdapter:
    """A dictionary of this type, and no members but those it names."""
    kind.__pydantic_config__ = CLOSED
    return TypeAdapter(kind)


FUNCTION = closed(FunctionDefinition)
CHAT = closed(ChatCompletionFunctionToolParam)
RESPONSES = closed(FunctionToolParam)
ANTHROPIC = closed(ToolParam)
# The type of the whole takes any dictionary for a schema; this is the part that describes one.
ANTHROPIC_SCHEMA = TypeAdapter(InputSchemaTyped)


def openai_chat(tools: list) -> None:
    for tool in tools:
        CHAT.validate_python(tool)
        FUNCTION.validate_python(tool["function"])


def openai_responses(tools: list) -> None:
    for tool in tools:
        RESPONSES.validate_python(tool)


def anthropic(tools: list) -> None:
    for tool in tools:
        ANTHROPIC.validate_python(tool)
        ANTHROPIC_SCHEMA.validate_python(tool["input_schema"])


def gemini(tools: list) -> None:
    for tool in tools:
        declared = genai.Tool.model_validate(tool).function_declarations
        for own, read in zip(tool["functionDeclarations"], declared, strict=True):
            # What the type has understood is what was written.
            again = json.loads(read.model_dump_json(by_alias=True, exclude_none=True))
            if lower(again) != lower(own):
                raise ValueError(f"{own['name']} is read as another: {again}")


def lower(schema: object) -> object:
    """A schema whose words for types are in small letters, as they may be."""
    if isinstance(schema, list):
        return [lower(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    small = {name: lower(value) for name, value in schema.items()}
    if isinstance(small.get("type"), str):
        small["type"] = small["type"].lower()
    return small


def mcp(tools: list) -> None:
    read = ListToolsResult.model_validate({"tools": tools}).tools
    for own, tool in zip(tools, read, strict=True):
        again = tool.model_dump(by_alias=True, exclude_none=True, mode="json")
        if again != own:
            raise ValueError(f"{tool.name} is read as another: {again}")


#: By dialect: the check, the tools that a list holds, and where their schemas are.
DIALECTS: dict[str, tuple[Callable, Callable, Callable]] = {
    "openai_chat": (openai_chat, list, lambda tool: tool["function"]["parameters"]),
    "openai_responses": (openai_responses, list, lambda tool: tool["parameters"]),
    "anthropic": (anthropic, list, lambda tool: tool["input_schema"]),
    "gemini": (
        gemini,
        lambda tools: [each for tool in tools for each in tool["functionDeclarations"]],
        lambda tool: tool.get("parameters", {"type": "object"}),
    ),
    "mcp": (mcp, list, lambda tool: tool["inputSchema"]),
}

# One of the packages trips over a type that is a list, which is a refusal as well.
REFUSALS = (ValidationError, ValueError, SchemaError, UserWarning, AttributeError)


def refusal(dialect: str, tools: list) -> str | None:
    """Why a list is refused, by the types of a package or as it holds what is no schema."""
    types, each, schema = DIALECTS[dialect]
    try:
        types(tools)
        for tool in each(tools):
            Validator.check_schema(schema(tool))
    except REFUSALS as error:
        return str(error) or repr(error)
    return None


def spoiled(tools: list, path: str, value: object) -> list:
    """The list with one member of its first tool changed; taken out where the value is Ellipsis."""
    tools = copy.deepcopy(tools)
    *parents, last = path.split(".")
    inner = tools[0]
    for name in parents:
        inner = inner[int(name)] if isinstance(inner, list) else inner[name]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return tools


#: What each check has to refuse: the dialect, the member of the first tool, its value.
SPOILED = [
    ("openai_chat", "type", "tool"),
    ("openai_chat", "function.name", ...),
    ("openai_chat", "function.strict", "yes"),
    ("openai_chat", "function.input_schema", {}),
    ("openai_chat", "name", "charge"),
    ("openai_chat", "function.parameters.type", "thing"),
    ("openai_responses", "strict", ...),
    ("openai_responses", "parameters", []),
    ("openai_responses", "function", {}),
    ("openai_responses", "parameters.required", "amount"),
    ("anthropic", "input_schema", ...),
    ("anthropic", "input_schema.type", "string"),
    ("anthropic", "input_schema.required", [1]),
    ("anthropic", "parameters", {}),
    ("anthropic", "input_schema.properties", []),
    ("gemini", "functionDeclarations.0.parameters.type", "thing"),
    ("gemini", "functionDeclarations.0.parameters.additionalItems", False),
    ("gemini", "functionDeclarations.0.parameters.properties.x", {"type": ["string", "null"]}),
    ("gemini", "functionDeclarations.0.parameters.min_properties", 1),
    ("gemini", "functionDeclarations.0.strict", True),
    ("mcp", "inputSchema", ...),
    ("mcp", "inputSchema", []),
    ("mcp", "annotations.readOnlyHint", "perhaps"),
    ("mcp", "parameters", {}),
    ("mcp", "inputSchema.properties.x", {"type": "thing"}),
]


def sample(schema: dict, whole: bool) -> object:
    """A value that fits a schema: with every member, or with those alone that are required."""
    if "enum" in schema:
        return schema["enum"][0]
    for word in ("anyOf", "oneOf"):
        if word in schema:
            return sample(schema[word][0], whole)
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    match kind:
        case "object":
            required = schema.get("required", [])
            members = schema.get("properties", {})
            return {
                name: sample(member, whole)
                for name, member in members.items()
                if whole or name in required
            }
        case "array":
            return [sample(schema.get("items", {}), whole)] * max(1, schema.get("minItems", 0))
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return "x" * max(1, schema.get("minLength", 0))


def misfits(schema: dict, fitting: dict) -> Iterator[dict]:
    """Arguments that do not fit, by what was done to some that do."""
    for name in schema.get("required", []):
        yield {own: value for own, value in fitting.items() if own != name}
    for name, member in schema.get("properties", {}).items():
        for other in ([[]], {"no": {"such": "member"}}, "x", 1.5):
            if "type" in member and not Validator(member).is_valid(other):
                yield {**fitting, name: other}
                break
    if schema.get("additionalProperties") is False:
        yield {**fitting, "no_such_member": 1}


class Program:
    """The program, which is asked call by call."""

    def __init__(self, path: str) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([path], stdin=pipe, stdout=pipe, text=True)
        self.lists: dict[str, dict[str, list]] = json.loads(self._process.stdout.readline())

    def wrong(self, name: str, tool: str, arguments: object) -> str:
        print(json.dumps([name, tool, arguments]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("failed: the program has ended")
        return line.strip()

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Findings:
    """What failed, and how much was looked at."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.looked_at = 0

    def expect(self, is_so: bool, what: str) -> None:
        self.looked_at += 1
        if not is_so:
            self.failed.append(what)


def check_arguments(program: Program, name: str, found: Findings) -> None:
    lists = program.lists[name]
    others = {
        dialect: {each_name(tool): schema(tool) for tool in each(lists[dialect])}
        for dialect, (_, each, schema) in DIALECTS.items()
    }
    # Those of providers have a few schemas in turn.
    for tool in lists["mcp"][:200]:
        where = f"{name}: {tool['name']}"
        schema = tool["inputSchema"]
        whole = sample(schema, True)
        for fitting in (whole, sample(schema, False)):
            found.expect(Validator(schema).is_valid(fitting), f"{where}: {fitting} does not fit")
            # A key names a call that was made, and none was.
            keyless = {own: value for own, value in fitting.items() if own != "idempotency_key"}
            said = program.wrong(name, tool["name"], keyless)
            found.expect(not said or name in ROWS, f"{where}: {fitting} is refused: {said}")
        for misfit in misfits(schema, whole):
            found.expect(not Validator(schema).is_valid(misfit), f"{where}: {misfit} fits")
            said = program.wrong(name, tool["name"], misfit)
            found.expect(said != "", f"{where}: {misfit} is not refused")
        # No dialect has lost what another lets a model say.
        for dialect, schemas in others.items():
            error = next(Validator(schemas[tool["name"]]).iter_errors(whole), None)
            found.expect(error is None, f"{where}: {dialect} does not take {whole}: {error}")


#: Lists of operations, whose own checks look at more than a schema says (dates, ids, amounts).
ROWS = {"operations", "upivia_operations"}


def each_name(tool: dict) -> str:
    return tool.get("function", tool)["name"]


def check_texts(name: str, tools: list, found: Findings) -> None:
    """Descriptions are without breaks and indentation; names leave room for those of servers."""
    for tool in tools:
        found.expect(len(tool["name"]) <= 40, f"{name}: {tool['name']} is a long name")
        text = tool["description"]
        found.expect("\n" not in text and "  " not in text, f"{name}: {tool['name']}: {text!r}")


def main(path: str) -> int:
    found = Findings()
    with Program(path) as program:
        check(program, found)
    for line in found.failed[:40]:
        print(f"failed: {line[:600]}", file=sys.stderr)
    print(f"{found.looked_at} checks, {len(found.failed)} failed")
    return 1 if found.failed else 0


def check(program: Program, found: Findings) -> None:
    for name, lists in program.lists.items():
        refused = {dialect: refusal(dialect, tools) for dialect, tools in lists.items()}
        for dialect, why in refused.items():
            found.expect(why is None, f"{name} for {dialect}: {why}")
        # Of lists that cannot be read nothing else can be said.
        if not any(refused.values()):
            check_arguments(program, name, found)
            check_texts(name, lists["mcp"], found)
        print(f"{name}: {len(lists['mcp'])} tools")
    # What is not as it should be cannot be spoiled.
    for dialect, path, value in [] if found.failed else SPOILED:
        tools = spoiled(program.lists["session"][dialect], path, value)
        is_refused = refusal(dialect, tools) is not None
        found.expect(is_refused, f"{dialect}: {path} = {value} is not noticed")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
