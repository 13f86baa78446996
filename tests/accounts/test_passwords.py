from __future__ import annotations

import time

import pytest
from argon2 import PasswordHasher

from matchmaker.accounts import passwords
from matchmaker.accounts.passwords import Weakness


def test_a_password_is_recognised_by_its_hash() -> None:
    assert passwords.verify(passwords.hash_password("长江 river 7"), "长江 river 7")


def test_another_password_is_not_recognised() -> None:
    assert not passwords.verify(passwords.hash_password("长江 river 7"), "长江 river 8")


def test_the_same_characters_composed_otherwise_are_the_same_password() -> None:
    assert passwords.verify(passwords.hash_password("ｐａｓｓ－１２３４"), "pass-1234")


@pytest.mark.parametrize("kept", [None, "", "unset", "$argon2id$broken"])
def test_no_password_belongs_to_what_is_no_hash(kept: str | None) -> None:
    assert not passwords.verify(kept, "of nobody")


def test_refusing_where_there_is_no_account_takes_as_long() -> None:
    kept = passwords.hash_password("something long")
    passwords.verify(None, "warm")
    real = min(_seconds(kept) for _ in range(5))
    nobodys = min(_seconds(None) for _ in range(5))
    assert 0.4 < nobodys / real < 2.5


def _seconds(kept: str | None) -> float:
    start = time.perf_counter()
    passwords.verify(kept, "wrong")
    return time.perf_counter() - start


def test_a_hash_with_older_parameters_is_due_for_renewal() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("something long")
    assert passwords.needs_rehash(old)
    assert not passwords.needs_rehash(passwords.hash_password("something long"))


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("ninechars", Weakness.SHORT),
        ("x1" * 101, Weakness.LONG),
        ("Li.Ming@Example.com", Weakness.LOGIN_NAME),
        ("LI.MING.2026", Weakness.LOGIN_NAME),
        ("13800138000", Weakness.LOGIN_NAME),
        ("Qwertyuiop", Weakness.COMMON),
        ("aaaaaaaaaaaa", Weakness.COMMON),
        ("齿轮渗碳淬火变形超差", None),
        ("hefei-lake-37", None),
    ],
)
def test_a_weak_password_is_named_for_what_it_is(password: str, found: Weakness | None) -> None:
    login_names = ["li.ming@example.com", "li.ming.2026@example.com", "13800138000"]
    assert passwords.weakness(password, login_names, 10) is found
