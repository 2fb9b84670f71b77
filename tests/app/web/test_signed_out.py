"""A form that is sent after its sender's sign-in has ended: what was typed is not lost."""

import io

from tests.support.forms import sent
from tests.support.site import plain
from tests.support.worksheets import USP, usp


def signed_out(site):
    """Return somebody whose sign-in ends while a page is open."""
    visitor = site.browser()
    token = visitor.token()
    visitor.client.delete_cookie("headway")
    return visitor.client, {"csrf_token": token}


def test_what_was_typed_outlives_the_sign_in(site):
    client, token = signed_out(site)
    answer = client.post(USP, data=token | usp("We <b>mend</b>\r\npumps.") | {"do": "continue"})
    assert answer.status_code == 401 and "You were signed out" in plain(answer.text)
    again = sent(answer.text)
    assert again["usp_sentence"] == "We <b>mend</b>\r\npumps."
    client.set_cookie("headway", site.cookie("owner@acme.example"))
    client.post(USP, data=token | again)
    assert "We &lt;b&gt;mend&lt;/b&gt;" in client.get(USP).text


def test_a_script_is_told_that_the_sign_in_has_ended(site):
    client, token = signed_out(site)
    accept = {"Accept": "application/json"}
    answer = client.post(f"{USP}/autosave", data=token | usp("Mine."), headers=accept)
    assert answer.status_code == 401 and answer.json["said"].startswith("You were signed out.")


def test_no_secret_is_written_into_the_page_that_sends_again(site):
    client, token = signed_out(site)
    answer = client.post(
        "/data/connect/hubspot", data=token | {"name": "CRM", "token": "pat-secret"}
    )
    assert answer.status_code == 401 and "pat-secret" not in answer.text


def test_a_file_has_to_be_chosen_again_after_signing_in(site):
    client, token = signed_out(site)
    file = (io.BytesIO(b"a,b"), "a.csv")
    answer = client.post("/data/import", data=token | {"record": "deal", "file": file})
    assert "A file has to be chosen again." in plain(answer.text)
