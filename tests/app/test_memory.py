import gc

import pytest

from pleinair.app.memory import importing


def test_no_garbage_is_looked_for_during_imports_and_again_after_them() -> None:
    with pytest.raises(ImportError), importing():
        assert not gc.isenabled()
        raise ImportError
    assert gc.isenabled()
