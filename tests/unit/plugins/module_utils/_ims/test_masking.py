# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import html
import json
import sys
import typing as t
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims import masking
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import (
    LEFT_OUT,
    MASK,
    NO_SECRETS,
    Texts,
    _folded,
)
from ansible_collections.huaweicloud.ims.tests.unit.stopwatch import cpu_time

KEY = 'Zq7/+x"w\\Rv&k<Lé=m9T~b%c D'
TOKEN = (
    "MIIEdQYJKoZIhvcNAQcCoIIEZjCCBGICAQExDTALBglghkgBZQMEAgEwggIzBgkqhkiG9w0BBwGgggIkBIICIHsidG9rZW4iOnsiZXhwaXJl+/aa=="
)


def texts(*secrets: str | None) -> Texts:
    return Texts(lambda: secrets)


def json_escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, t.Callable[[str], str]] = {
    "exact": lambda secret: secret,
    "lower": str.lower,
    "upper": str.upper,
    "json": json_escaped,
    "json twice": lambda secret: json_escaped(json_escaped(secret)),
    "json, not only ascii": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "json with escaped slashes": lambda secret: json_escaped(secret).replace("/", "\\/"),
    "percent": lambda secret: urllib.parse.quote(secret, safe=""),
    "percent, slashes kept": urllib.parse.quote,
    "percent, plus for blank": urllib.parse.quote_plus,
    "percent, lower": lambda secret: urllib.parse.quote(secret, safe="").lower(),
    "percent twice": lambda secret: urllib.parse.quote(urllib.parse.quote(secret, safe=""), safe=""),
    "html": html.escape,
    "html, quotes kept": lambda secret: html.escape(secret, quote=False),
    "html, decimal": lambda secret: html.escape(secret).replace("&quot;", "&#34;"),
}
BASE64: dict[str, t.Callable[[str], str]] = {
    "alone": base64_of,
    "behind one": lambda secret: base64_of("u" + secret),
    "behind two": lambda secret: base64_of("u:" + secret),
    "between": lambda secret: base64_of("user:" + secret + "\n"),
    "urlsafe": lambda secret: base64.urlsafe_b64encode(("?>" + secret).encode()).decode(),
    "urlsafe, behind one": lambda secret: base64.urlsafe_b64encode((">" + secret).encode()).decode(),
}


# -- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "secrets", "masked"),
    [
        ("the key s3cret is wrong", ["s3cret"], f"the key {MASK} is wrong"),
        ("s3crets3cret", ["s3cret"], MASK * 2),
        ("longs3cretlongs3cret", ["longs3cret"], MASK * 2),
        ("one and two", ["one", "two"], f"{MASK} and {MASK}"),
        ("one-two-three", ["two-three", "one-two"], MASK),
        ("the longer s3cret-one goes first", ["s3cret", "s3cret-one"], f"the longer {MASK} goes first"),
        ("nothing to hide", [None, ""], "nothing to hide"),
        (r'{"key": "a\"b\\c"}', ['a"b\\c'], f'{{"key": "{MASK}"}}'),
        ("a.b", ["."], f"a{MASK}b"),
        ("one", ["one"], MASK),
        ("a", ["a", "longer-than-that"], MASK),
        ("S3CRET is another word than one that is short", ["s3cret"], "S3CRET is another word than one that is short"),
    ],
)
def test_secrets_become_stars(text: str, secrets: list[str | None], masked: str) -> None:
    assert texts(*secrets).line(text) == masked


@pytest.mark.parametrize("secret", [KEY, TOKEN], ids=["key", "token"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_masked_in_each_form(secret: str, form: t.Callable[[str], str]) -> None:
    assert texts("another", secret).line(f"<{form(secret)}> was refused", 1000) == f"<{MASK}> was refused"


@pytest.mark.parametrize("secret", [KEY, TOKEN, "8letters"], ids=["key", "token", "shortest"])
@pytest.mark.parametrize("form", BASE64.values(), ids=BASE64)
def test_base64_is_masked_at_each_alignment_but_for_the_neighbors_letters(
    secret: str, form: t.Callable[[str], str]
) -> None:
    before, mask, after = texts(secret).line(f"<{form(secret)}>", 1000).partition(MASK)
    assert mask
    assert len(before.strip("<")) <= 8
    assert len(after.strip(">")) <= 4


@pytest.mark.parametrize("form", [*FORMS.values(), *BASE64.values()], ids=[*FORMS, *BASE64])
@pytest.mark.parametrize("length", [24, 40, 70])
def test_a_beginning_of_a_form_is_masked(form: t.Callable[[str], str], length: int) -> None:
    token = TOKEN.replace("M", "/", 1)  # differs between percent-encodings from its first letter on
    begun = form(token)[:length]
    masked = texts(token).line(f"{begun}... was refused")
    assert masked.replace(MASK, "")[-12:] == " was refused"
    assert begun[8:24] not in masked


def test_a_beginning_below_sixteen_letters_is_anybodys() -> None:
    assert texts(TOKEN).line(TOKEN[:15] + " it was") == TOKEN[:15] + " it was"
    assert texts(TOKEN).line(TOKEN[:16] + " it was") == f"{MASK} it was"


def test_what_goes_on_in_an_unforeseen_form_is_masked_to_its_end() -> None:
    odd = TOKEN.replace("l+", "l%252B")
    assert texts(TOKEN).line(f'"{odd}" was refused') == f'"{MASK}" was refused'


@pytest.mark.parametrize("after", ["", " was refused", "\nnext"])
def test_a_beginning_with_blanks_in_it_is_masked_to_its_end(after: str) -> None:
    secret = "correct horse battery staple, and so on"
    shown = texts(secret).line(f"password {secret[:24]}{after}, said the cloud")
    assert shown == NO_SECRETS.line(f"password {MASK}{after}, said the cloud")
    assert texts(secret).line(f"password {secret[:24]}") == f"password {MASK}"


@pytest.mark.parametrize("sign", ["?", ">"])
def test_base64_for_urls_is_masked_where_it_differs(sign: str) -> None:
    secret = sign * 3 + "lcGFzc3dvcmQ" + sign * 6
    urlsafe = base64.urlsafe_b64encode(secret.encode()).decode()
    assert urlsafe != base64_of(secret)
    assert texts(secret).line(f"<{urlsafe}>") == f"<{MASK}>"


def test_forms_are_looked_for_from_eight_letters_on() -> None:
    assert texts("7letter").line(base64_of("7letter")) == base64_of("7letter")
    assert texts("8letters").line("8LETTERS") == MASK
    assert texts("7letter").line("7LETTER, 7letter") == f"7LETTER, {MASK}"


@given(st.text(), st.text(min_size=9), st.text())
def test_no_secret_is_left_wherever_it_stands(before: str, secret: str, after: str) -> None:
    for form in (secret, json_escaped(secret), secret.upper()):
        line = texts(secret).line(f"{before}{form}{after}", 10_000).replace(MASK, "")
        assert form not in line
        assert secret not in line


@given(st.text(alphabet="ab\n\x00 ", min_size=1), st.text(alphabet="ab ", min_size=1))
def test_taking_out_control_characters_brings_no_secret_back(text: str, secret: str) -> None:
    assert secret not in texts(secret).line(text, 1000).replace(MASK, "")


@pytest.mark.thorough
def test_case_is_folded_without_moving_a_letter() -> None:
    every = "|".join(map(chr, range(sys.maxunicode + 1)))
    assert len(_folded(every)) == len(every)
    assert set(_folded(every)[1::2]) == {"|"}
    assert _folded("ΟΔΟΣ") == _folded("οδος") == _folded("οδοσ")
    assert texts("İstanbul-key").line("xİİ İSTANBUL-KEY!") == f"xİİ {MASK}!"


def test_secrets_are_asked_for_anew_and_those_of_the_past_are_not_forgotten() -> None:
    secrets = ["first-token"]
    cleaner = Texts(lambda: secrets)
    assert cleaner.line("first-token second-token") == f"{MASK} second-token"
    secrets[0] = "second-token"
    # A text of an earlier answer may hold one that is still valid.
    assert cleaner.line("first-token second-token") == f"{MASK} {MASK}"
    assert cleaner.tree(["first-token second-token"]) == [f"{MASK} {MASK}"]
    secrets[0] = "third-token"
    cleaner.learn()
    secrets[0] = "fourth-token"
    assert cleaner.line("third-token fourth-token") == f"{MASK} {MASK}"


def test_as_many_secrets_of_the_past_are_known_as_may_be_valid() -> None:
    secrets = ["the-password", "token-000"]
    cleaner = Texts(lambda: secrets)
    for number in range(100):
        secrets[1] = f"token-{number:03}"
        cleaner.learn()
    assert cleaner.line("the-password token-099") == f"{MASK} {MASK}"
    assert [cleaner.line(f"token-{number:03}") == MASK for number in (88, 89, 99)] == [False, True, True]


def test_no_secret_of_now_is_too_many() -> None:
    secrets = [f"secret-{number:03}" for number in range(40)]
    cleaner = Texts(lambda: secrets)
    assert cleaner.line(" ".join(secrets), 1000) == " ".join([MASK] * 40)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("|x-security-token:MIIabc|x-sdk-date:2024|", f"|x-security-token:{MASK}|x-sdk-date:2024|"),
        ("X-Auth-Token: MIIabc rest", f"X-Auth-Token: {MASK} rest"),
        ('"X-Subject-Token=MIIabc"', f'"X-Subject-Token={MASK}"'),
        ('{"X-Auth-Token": "MIIabc"}', f'{{"X-Auth-Token": "{MASK}"}}'),
        (r"{\"X-Auth-Token\":\"MIIabc\"}", rf"{{\"X-Auth-Token\":\"{MASK}\"}}"),
        ("authorization: Basic dXNlcjpwdw== refused", f"authorization: Basic {MASK} refused"),
        ("Authorization: SDK-HMAC-SHA256 Access=AK", f"Authorization: SDK-HMAC-SHA256 {MASK}"),
        ("x-auth-token:M", f"x-auth-token:{MASK}"),
        ("authorization:a", f"authorization:{MASK}"),
        ("x-project-id:abc", "x-project-id:abc"),
        ("no authorization was given", "no authorization was given"),
    ],
)
def test_echoed_credential_headers_become_stars(text: str, masked: str) -> None:
    assert NO_SECRETS.line(text) == masked


# -- lines ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 10, "short"),
        ("  two\r\n\tlines\x00 ", 20, "two lines"),
        ("\x1b[31mred\x1b[0m", 20, "[31mred [0m"),
        ("a\u2028b\u2029c\x85d\x7fe\x9bf", 20, "a b c d e f"),
        ("user\u202etxt.exe\u2066a\u2069\u200fb\u200ec\u061cd", 40, "user txt.exe a b c d"),
        ("lone \ud800and \udfff", 40, "lone  and"),
        ("0123456789", 10, "0123456789"),
        ("0123456789a", 10, "0123456..."),
        ("012345    9a", 10, "012345..."),
        ("镜像\u3000名称", 10, "镜像\u3000名称"),
        (None, 10, "None"),
        (7, 10, "7"),
        ("abc", 2, ".."),
    ],
)
def test_texts_fit_on_one_line(text: t.Any, limit: int, shown: str) -> None:
    assert NO_SECRETS.line(text, limit) == shown


@given(st.text(), st.integers(min_value=0, max_value=50))
def test_no_text_is_longer_than_its_limit_or_moves_the_cursor(text: str, limit: int) -> None:
    shown = NO_SECRETS.line(text, limit)
    assert len(shown) <= limit
    assert all(character >= " " and not "\x7f" <= character <= "\x9f" for character in shown)
    shown.encode()


def test_the_cut_comes_last_so_that_no_secret_is_cut_instead_of_masked() -> None:
    assert texts(TOKEN).line("x" * 290 + TOKEN) == "x" * 290 + MASK
    assert texts(TOKEN).line("x" * 295 + TOKEN) == "x" * 295 + "**..."


def test_a_flood_is_neither_handled_nor_shown() -> None:
    with cpu_time() as spent:
        assert len(texts(TOKEN).line("镜" * 20_000_000)) == 300
        assert texts(TOKEN).line(f"{TOKEN}\n" * 100_000, 80) == f"{' '.join([MASK] * 8)} *****..."
    assert spent.seconds < 1


# -- trees ----------------------------------------------------------------------------------------------------------


def test_a_tree_is_cleaned_through_and_through() -> None:
    dirty = {
        "fail_reason": f"\x1b[2J{KEY}",
        f"key {KEY}\n": [{"deep": (KEY, 1, 2.5, True, False, None)}],
        "same": "as it is ",
        "other": {7: b"\x00"},
    }
    assert texts(KEY).tree(dirty) == {
        "fail_reason": f" [2J{MASK}",
        f"key {MASK} ": [{"deep": [MASK, 1, 2.5, True, False, None]}],
        "same": "as it is ",
        "other": {7: "b'\\x00'"},
    }


def test_a_tree_is_a_copy() -> None:
    inner: list[int] = [1]
    whole = {"inner": inner}
    copied = NO_SECRETS.tree(whole)
    inner.append(2)
    assert copied == {"inner": [1]}


def test_keys_that_are_alike_when_clean_do_not_replace_each_other() -> None:
    assert NO_SECRETS.tree({"a\x00": 1, "a\x01": 2}) == {"a ": 1}


def test_numbers_that_json_cannot_write_are_none() -> None:
    assert NO_SECRETS.tree([float("nan"), float("inf"), 10**400, 10**18, -1.5]) == [None, None, None, 10**18, -1.5]


def nested(depth: int) -> t.Any:
    value: t.Any = "end"
    for _level in range(depth):
        value = [value]
    return value


def test_a_tree_has_a_bounded_depth() -> None:
    assert NO_SECRETS.tree(nested(30)) == nested(30)
    flat = json.dumps(NO_SECRETS.tree(nested(50_000)))
    assert flat == "[" * 32 + json.dumps(LEFT_OUT) + "]" * 32


@pytest.mark.thorough
@pytest.mark.parametrize(
    "flood",
    [
        [1] * 3_000_000,
        {str(number): number for number in range(300_000)},
        [["x" * 8_000 + str(number) for number in range(1_000)]] * 100,
        ["x" * 1_000_000] * 1_000,
    ],
    ids=["items", "keys", "texts", "long texts"],
)
def test_a_tree_has_a_bounded_size(flood: t.Any) -> None:
    with cpu_time() as spent:
        text = json.dumps(NO_SECRETS.tree(flood))
    assert spent.seconds < 2
    assert len(text) < 5_000_000
    assert LEFT_OUT in text


def test_a_text_in_a_tree_may_be_as_long_as_a_denial_that_users_have_to_decode() -> None:
    assert NO_SECRETS.tree({"text": "x" * 8192}) == {"text": "x" * 8192}
    assert len(NO_SECRETS.tree("x" * 9000)) == 8192


@pytest.mark.thorough
def test_a_result_of_three_thousand_jobs_is_cleaned_in_no_time() -> None:
    secrets = [f"{number}{TOKEN * 15}"[:1500] for number in range(3)]
    jobs = [
        {**{f"key_{key}": f"value {key} of {number}" for key in range(15)}, "entities": {"image_id": f"{number:032x}"}}
        for number in range(3_000)
    ]
    with cpu_time() as spent:
        assert texts(*secrets).tree({"jobs": jobs}) == {"jobs": jobs}
    assert spent.seconds < 0.5


def test_of_too_many_items_the_first_are_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_MAX_ITEMS", 3)
    assert masking.NO_SECRETS.tree([1, 2, 3, 4, 5]) == [1, 2, 3, LEFT_OUT]


def test_of_a_secret_that_was_cut_no_more_is_masked_than_came_back() -> None:
    texts = masking.Texts(lambda: ["0123456789abcdefghij" + "klmnopqrstuvwxyz" * 3])
    rest = "? and the rest is told, for it is no part of the secret at all"
    assert texts.line(f"it is 0123456789abcdefghij {rest}") == f"it is ******** {rest}"
