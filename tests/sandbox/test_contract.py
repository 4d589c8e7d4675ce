"""Calls are held to the published contract, however they are written."""

import json
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import ContractViolation, Person, Sandbox, contract
from sandbox.errors import BrokenContract

INLINE = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"txt": "x"}, "unknown parameter 'txt'"),
        ({"text": 5}, "text: expected str, got 5"),
        (
            {"disable_notification": "perhaps"},
            "parameter 'disable_notification': expected true or false, got 'perhaps'",
        ),
        ({"disable_notification": 1}, "disable_notification: expected bool, got 1"),
        ({"message_effect_id": None}, "message_effect_id: null"),
        ({"reply_to_message_id": 1}, "parameter reply_to_message_id is not part of the Bot API any more"),
        ({"reply_parameters": {"message_id": "1"}}, "reply_parameters.message_id: expected int, got '1'"),
        ({"reply_parameters": "{"}, "parameter 'reply_parameters': expected a JSON-serialized object"),
        ({"reply_parameters": {"message": 1}}, "undocumented field reply_parameters.message of ReplyParameters"),
        ({"link_preview_options": {"is_disabled": True, "dark": True}}, "undocumented field link_preview_options.dark"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "a", "cb": "b"}]]}}, "inline_keyboard[0][0].cb"),
        ({"reply_markup": {"inline_keyboard": [{"text": "a"}]}}, "inline_keyboard[0]: expected an array"),
        ({"entities": [{"type": "bold", "offset": 0}]}, "field entities[0].length of MessageEntity is missing"),
        ({"business_connection_id": "x"}, "parameters not implemented by the sandbox: business_connection_id"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b", "url": "https://a.bc"}]]}},
            "button 'a' has several actions: callback_data, url; exactly one is allowed",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "a", "pay": True}]]}},
            "the action pay is not implemented by the sandbox",
        ),
    ],
)
async def test_a_call_that_no_correct_client_makes_is_a_violation(
    telegram: Sandbox, api: Any, alice: Person, values: dict[str, Any], problem: str
) -> None:
    """Each wrong parameter is answered 400, kept as a violation that names it, and nothing is sent."""
    answer = await api("sendMessage", **{"chat_id": alice.id, "text": "x"} | values)
    assert answer.status == 400
    (violation,) = telegram.forgive()
    assert violation.method == "sendMessage"
    assert problem in violation.problem
    assert telegram.messages(alice) == []
    assert telegram.errors == []


async def test_a_missing_parameter_is_a_violation(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A call without a required parameter is a violation."""
    await api("sendMessage", chat_id=alice.id)
    assert [each.problem for each in telegram.forgive()] == ["parameter text of SendMessage is missing"]


async def test_methods_that_do_not_exist_or_are_not_implemented_are_violations(telegram: Sandbox, api: Any) -> None:
    """An unknown method is answered 404, one that only the sandbox lacks 400; both are violations."""
    assert (await api("sendMassage")).status == 404
    assert (await api("sendDice", chat_id=1)).status == 400
    assert [str(each) for each in telegram.forgive()] == [
        "sendMassage: there is no method 'sendMassage' in the Bot API",
        "sendDice: this method is not implemented by the sandbox",
    ]


async def test_one_violation_fails_the_test(api: Any, telegram: Sandbox) -> None:
    """The check raises for a single violation and lists it; it stays silent without one."""
    telegram.check()
    await api("getMe", verbose=True)
    with pytest.raises(ContractViolation, match="getMe: unknown parameter 'verbose'") as caught:
        telegram.check()
    assert caught.value.violations == tuple(telegram.forgive())


async def _leave_after_a_violation(error: Exception | None) -> None:
    async with Sandbox() as running, aiohttp.ClientSession() as session:
        await session.get(f"{running.base_url}{running.token}/getMee")
        if error:
            raise error


async def test_leaving_the_context_checks() -> None:
    """A violation surfaces when the sandbox closes, and as a note on an error that is already on its way."""
    with pytest.raises(ContractViolation, match="getMee"):
        await _leave_after_a_violation(None)
    with pytest.raises(LookupError) as caught:
        await _leave_after_a_violation(LookupError())
    assert "getMee" in caught.value.__notes__[0]


@pytest.mark.parametrize("method", ["getMe", "getme", "GETME"])
async def test_method_names_have_no_case(api: Any, method: str) -> None:
    """Methods are found in any case."""
    assert (await api(method)).result["username"] == "verbatim_sandbox_bot"


async def test_a_wrong_token_is_401(telegram: Sandbox, api: Any) -> None:
    """Another token is answered Unauthorized, which is an ordinary error."""
    async with api.session.get(f"{telegram.base_url}1:x/getMe") as answer:
        assert answer.status == 401
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert [each.code for each in telegram.errors] == [401]


async def test_all_encodings_say_the_same(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Query, form, multipart and JSON (nested objects written out or as strings) decode to the same values."""
    values = {"chat_id": str(alice.id), "text": "x", "reply_markup": json.dumps(INLINE), "protect_content": "true"}
    form = aiohttp.FormData(values)
    multipart = aiohttp.FormData(values, default_to_multipart=True)
    native = {"chat_id": str(alice.id), "text": "x", "reply_markup": INLINE, "protect_content": True}
    await api.send("sendMessage", "GET", params=values)
    await api.send("sendMessage", data=form)
    await api.send("sendMessage", data=multipart)
    await api.send("sendMessage", json=native)
    await api.send("sendMessage", json={**native, "reply_markup": json.dumps(INLINE)})
    assert [call.values for call in telegram.calls] == [native] * 5
    assert [each.labels for each in telegram.messages(alice)] == [["Go"]] * 5


async def test_numbers_in_forms_are_decoded(telegram: Sandbox, api: Any) -> None:
    """Integers and lists arrive as strings in forms and are decoded by the documented type."""
    await api.send("getUpdates", data={"offset": "3", "timeout": "0", "allowed_updates": '["message"]'})
    assert telegram.calls[0].values == {"offset": 3, "timeout": 0, "allowed_updates": ["message"]}
    await api.send("getUpdates", data={"offset": "three"})
    assert "parameter 'offset'" in telegram.forgive()[0].problem


async def test_what_libraries_write_differently_is_read_as_the_server_reads_it(
    telegram: Sandbox, api: Any, alice: Person
) -> None:
    """A keyboard without rows may come as an empty object, and a forward with a parse mode."""
    await api("sendMessage", chat_id=alice.id, text="x", reply_markup={})
    await api("forwardMessage", chat_id=alice.id, from_chat_id=alice.id, message_id=1, parse_mode="HTML")
    assert [each.text for each in telegram.messages(alice)] == ["x", "x"]


async def test_bodies_that_cannot_be_read_are_violations(telegram: Sandbox, api: Any) -> None:
    """A JSON body that is no JSON, or no object, is a violation."""
    headers = {"Content-Type": "application/json"}
    await api.send("getMe", data="{", headers=headers)
    await api.send("getMe", data="[]", headers=headers)
    assert [each.problem.split(":")[0] for each in telegram.forgive()] == [
        "the body is not JSON",
        "the body must be a JSON object",
    ]


async def test_a_defect_of_the_sandbox_fails_the_test(telegram: Sandbox, api: Any, alice: Person) -> None:
    """If the sandbox itself breaks down, the call is a violation, so that no test passes by accident."""
    del telegram.world.chats[alice.id].members
    await api("getChatMember", chat_id=alice.id, user_id=alice.id)
    assert "the sandbox itself failed: AttributeError" in telegram.forgive()[0].problem


WORDS = st.sampled_from(["", "text", "type", "offset", "inline_keyboard", "1", "true", "{}", "[[]]", "😀"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
NAMES = ["chat_id", "text", "entities", "reply_markup", "reply_parameters", "link_preview_options", "protect_content"]


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_anything_is_either_decoded_or_refused_with_a_reason(raw: dict[str, Any]) -> None:
    """Whatever JSON comes in, decoding returns values of the documented types or names the problems."""
    try:
        values = contract.decode("sendMessage", raw)
    except BrokenContract:
        return
    assert isinstance(values["text"], str)
    assert isinstance(values["chat_id"], int | str)
    assert set(values) == set(raw)


def test_an_update_with_an_undocumented_field_is_refused() -> None:
    """What the sandbox sends is held to the same models: a field outside them is a problem."""
    chat = {"id": 1, "type": "private", "first_name": "A"}
    update = {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": chat, "text": "x"}}
    assert contract.update_problems(update) == []
    update["message"] |= {"from_user": {"id": 1, "is_bot": False, "first_name": "A"}}
    assert contract.update_problems(update) == ["undocumented field update.message.from_user of Message"]
