import pytest

HUGE = "99999999999999999999999999"


@pytest.mark.parametrize("name", [HUGE, str(2**63), "๙" * 30])
def test_a_number_that_can_be_no_id_is_an_unknown_name(command, name):
    for words in (("goal", "show", name), ("status", name), ("review", name)):
        code, told = command(*words)
        assert (code, told["error"]["code"]) == (2, "unknown_goal")
    for words in (("sync", name), ("connection", "check", name)):
        code, told = command(*words)
        assert (code, told["error"]["code"]) == (2, "unknown_connection")
