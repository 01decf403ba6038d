import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleinair.engine.untrusted.texts import JOINERS, one_line, without_secrets


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Starry Night, 1889", "The Starry Night, 1889"),
        ("Über 日本 \U0001f3a8", "Über 日本 \U0001f3a8"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),  # joined into one sign
        ("Sky\npleinair: Installed.\r\n", "Sky pleinair: Installed.  "),
        ("a\u2028b\u00a0c", "a b c"),
        ("\x1b]0;owned\x07", "\ufffd]0;owned\ufffd"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("\ud800\udc00x", "\ufffd\ufffdx"),
        ("\0\x9b2J", "\ufffd\ufffd2J"),
    ],
)
def test_a_text_is_one_line_of_letters(text: str, wanted: str) -> None:
    assert one_line(text) == wanted


@given(st.text(st.characters()), st.integers(1, 50))
def test_any_text_fits_wherever_it_is_shown(text: str, longest: int) -> None:
    shown = one_line(text, longest)
    assert len(shown) <= longest
    assert all(letter.isprintable() or letter in JOINERS for letter in shown)
    assert one_line(shown, longest) == shown
    shown.encode()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("rtsp://user:secret@host/a", "rtsp://host/a"),
        ("see http://u:p@a/ and ftp://me@b.", "see http://a/ and ftp://b."),
        ("rtsp://user:se@cret#?@host:554/x@y", "rtsp://host:554/x@y"),
        ("https://host/users/me@example.com", "https://host/users/me@example.com"),
        ("me@example.com", "me@example.com"),
    ],
)
def test_names_and_passwords_of_addresses_are_left_out(text: str, wanted: str) -> None:
    assert without_secrets(text) == wanted


def test_a_secret_is_left_out_where_the_text_is_cut_within_it() -> None:
    assert "secret" not in one_line(f"rtsp://user:{'secret' * 999}@host/", 50)
