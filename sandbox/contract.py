"""The published contract: every call, result and update is compared with aiogram's models of the Bot API.

The models themselves let unknown fields pass and convert values, so the comparison walks through the annotations
itself and is strict: a field that the models do not name, or a value of another JSON type, is a problem.
"""

import datetime as dt
import enum
import json
import types as python_types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from aiogram import methods as api_methods
from aiogram import types as api_types
from aiogram.client.default import Default
from aiogram.methods.base import TelegramMethod
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sandbox.calls import FilePart, Json
from sandbox.errors import BrokenContract

METHODS: Mapping[str, type[TelegramMethod[Any]]] = {
    model.__api_method__.lower(): model
    for model in (getattr(api_methods, name) for name in api_methods.__all__)
    if isinstance(model, type) and issubclass(model, TelegramMethod) and model is not TelegramMethod
}
# python-telegram-bot puts its default parse mode on forwards too; the official server ignores it there.
IGNORED = frozenset({("forwardMessage", "parse_mode")})
TRUE, FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


def decode(method: str, raw: Mapping[str, Any]) -> Json:
    """Decode and check the parameters of a call.

    Args:
        method: its name, in any case.
        raw: values as they came: strings from forms and queries, JSON values from JSON bodies, FilePart for files.

    Returns:
        JSON values by parameter name.

    Raises:
        BrokenContract: names every problem.
    """
    model = METHODS.get(method.lower())
    if model is None:
        raise BrokenContract(f"there is no method {method!r} in the Bot API", code=404)
    fields = _fields(model)
    values: Json = {}
    problems: list[str] = []
    for name, value in raw.items():
        if (model.__api_method__, name) in IGNORED:
            continue
        if name not in fields:
            if not isinstance(value, FilePart):  # parts that attach:// refers to have free names
                problems.append(f"unknown parameter {name!r}")
            continue
        try:
            values[name] = _from_text(fields[name].annotation, value) if isinstance(value, str) else value
        except ValueError as error:
            problems.append(f"parameter {name!r}: {error}")
    if values.get("reply_markup") == {}:
        # Libraries write a keyboard without rows like this, and the official server reads it as no keyboard.
        del values["reply_markup"]
    unreadable = bool(problems)
    problems += [f"file {name!r} is not referred to" for name in _stray_files(raw, fields, values)]
    if not unreadable:
        problems += _object_problems(model, values, "") or _pydantic_problems(model, values)
    if problems:
        raise BrokenContract("; ".join(dict.fromkeys(problems)))
    return values


def result_problems(model: type[TelegramMethod[Any]], result: Any) -> list[str]:
    """Compare a result with what the method is documented to return."""
    return _problems(model.__returning__, result, "result")


def update_problems(update: Json) -> list[str]:
    """Compare an update with the documented type, and have aiogram build it."""
    return _problems(api_types.Update, update, "update") or _pydantic_problems(api_types.Update, update)


def administrator_rights() -> Json:
    """Return all rights a chat administrator can have, each granted."""
    fields = _fields(api_types.ChatMemberAdministrator)
    return {name: True for name, info in fields.items() if info.annotation is bool and info.is_required()}


def _stray_files(raw: Mapping[str, Any], fields: Mapping[str, FieldInfo], values: Json) -> list[str]:
    referred = json.dumps(values, default=str)
    return [
        name
        for name, value in raw.items()
        if isinstance(value, FilePart) and name not in fields and f"attach://{name}" not in referred
    ]


@cache
def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the fields of a model by the names they have on the wire."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _members(annotation: Any) -> list[Any]:
    """Flatten an annotation into its alternatives, without None and client-side defaults."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in (Union, python_types.UnionType):
        return [member for part in get_args(annotation) for member in _members(part)]
    return [] if annotation in (type(None), Default) else [annotation]


def _from_text(annotation: Any, text: str) -> Any:
    """Decode a form value by its annotated type; nested objects are JSON.

    Raises:
        ValueError: the text is not of that type.
    """
    members = _members(annotation)
    if any(member is str or _is_string_choice(member) for member in members):
        return text
    if any(get_origin(member) is list or _is_model(member) for member in members):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"expected a JSON-serialized object, got {text[:60]!r} ({error})") from error
    if bool in members:
        if text.lower() not in TRUE | FALSE:
            raise ValueError(f"expected true or false, got {text!r}")
        return text.lower() in TRUE
    return float(text) if float in members else int(text)


def _is_model(member: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(member, type) and issubclass(member, BaseModel)


def _is_string_choice(member: Any) -> bool:
    return get_origin(member) is Literal or (isinstance(member, type) and issubclass(member, enum.Enum))


def _problems(annotation: Any, value: Any, path: str) -> list[str]:
    """Return what is wrong with a JSON value; of several alternatives, the one that fits best speaks."""
    members = _members(annotation)
    if value is None:
        return [f"{path}: null"]
    best: list[str] | None = None
    for member in members:
        found = _member_problems(member, value, path)
        if not found:
            return []
        if best is None or len(found) < len(best):
            best = found
    return best or [f"{path}: nothing is documented here, got {value!r}"]


def _member_problems(member: Any, value: Any, path: str) -> list[str]:  # noqa: PLR0911 - one line per kind of type
    if member is Any:
        return []
    if get_origin(member) is list:
        if not isinstance(value, list):
            return [f"{path}: expected an array, got {value!r}"]
        (item,) = get_args(member)
        return [problem for n, each in enumerate(value) for problem in _problems(item, each, f"{path}[{n}]")]
    if get_origin(member) is Literal:
        return [] if value in get_args(member) else [f"{path}: expected one of {get_args(member)}, got {value!r}"]
    if _is_model(member):
        if not isinstance(value, dict):
            return [f"{path}: expected an object ({member.__name__}), got {value!r}"]
        return _object_problems(member, value, path)
    if isinstance(value, FilePart):
        return [] if member is api_types.InputFile else [f"{path}: a file where {member} is expected"]
    return [] if _is_plain(member, value) else [f"{path}: expected {_type_name(member)}, got {value!r}"]


def _is_plain(member: Any, value: Any) -> bool:
    if member is bool:
        return isinstance(value, bool)
    if member in (int, dt.datetime, dt.timedelta):
        return isinstance(value, int) and not isinstance(value, bool)
    if member is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(member, type) and issubclass(member, enum.Enum):
        return value in {each.value for each in member}
    return member is str and isinstance(value, str)


def _type_name(member: Any) -> str:
    return str(getattr(member, "__name__", member))


def _object_problems(model: type[BaseModel], value: Json, path: str) -> list[str]:
    """Compare an object field by field; at the top (`path` empty) the fields are a method's parameters."""
    fields = _fields(model)
    prefix, noun = (f"{path}.", "field") if path else ("", "parameter")
    problems = [f"undocumented {noun} {prefix}{name} of {model.__name__}" for name in value if name not in fields]
    for name, info in fields.items():
        if name in value:
            extra = info.json_schema_extra
            if not path and isinstance(extra, dict) and extra.get("deprecated"):
                problems.append(f"parameter {name} is not part of the Bot API any more")
            problems += _problems(info.annotation, value[name], f"{prefix}{name}")
        elif info.is_required():
            problems.append(f"{noun} {prefix}{name} of {model.__name__} is missing")
    return problems


def _pydantic_problems(model: type[BaseModel], values: Json) -> list[str]:
    """Let aiogram have the last word."""
    try:
        model.model_validate({name: _without_bytes(value) for name, value in values.items()})
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return []


def _without_bytes(value: Any) -> Any:
    return api_types.BufferedInputFile(b"", value.file_name) if isinstance(value, FilePart) else value
