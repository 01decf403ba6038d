import inspect

from pleinair.engine import errors
from pleinair.engine.errors import PleinAirError


def leaves(kind: type[PleinAirError]) -> list[type[PleinAirError]]:
    below = kind.__subclasses__()
    return [kind] if not below else [leaf for child in below for leaf in leaves(child)]


def test_every_error_stands_in_the_tree_and_has_words_of_its_own() -> None:
    tree = {}
    for line in (errors.__doc__ or "").splitlines():
        name, _, words = line.lstrip(" │├└─").partition(" ")
        tree[name] = words.strip()
    for leaf in leaves(PleinAirError):
        assert tree.get(leaf.__name__), f"{leaf.__name__} has no words in the tree"
        assert inspect.getdoc(leaf) and leaf.exit_code in (1, 2)


def test_the_tree_names_no_error_that_does_not_exist() -> None:
    drawn = [line for line in (errors.__doc__ or "").splitlines() if "──" in line]
    for line in drawn:
        assert hasattr(errors, line.lstrip(" │├└─").split()[0])
