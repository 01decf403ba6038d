import pytest


@pytest.fixture(autouse=True)
def nothing_left_behind(no_leaked_widgets: None) -> None:
    """All tests here may open windows."""
