"""The proof of alerts, at a small size: it counts what people see, and it can fail."""

from tests.proofs import alerts


def test_alerts_arrive_once_through_kills_stops_and_an_outage(capsys):
    assert alerts.deliveries(seed=1, quiet=4, stormy=4)
    shown = capsys.readouterr().out
    assert "36 alerts" in shown and "0 lost, 0 doubled" in shown
    assert "4 of 4 channels got one message" in shown
