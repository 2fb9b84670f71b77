"""Comments on pages: who may say what, and that nothing typed is lost."""

import re

from tests.support.site import plain
from tests.support.worksheets import USP, add_goal

AT = f"{USP}/comments"


def ids(html):
    return re.findall(r'id="comment-(\d+)"', html)


def test_a_comment_stands_beside_its_question_and_is_counted_on_the_hub(site):
    visitor = site.browser()
    place = visitor.post(AT, comment="Is this true?\nSee <b>https://example.org</b>").location
    assert place.endswith("/strategy/proposition/usp#comments")
    html = visitor.get(USP)
    assert "See &lt;b&gt;https://example.org&lt;/b&gt;" in html
    assert "Comments 1 open" in plain(html)
    assert "1 comment " in plain(visitor.get("/strategy"))
    assert "1 comment is open" in plain(visitor.get("/strategy"))


def test_a_member_who_is_named_is_marked(site):
    site.add("Eva", "editor")
    visitor = site.browser()
    visitor.post(AT, comment="What does @Eva think?")
    assert '<b class="at">@Eva</b>' in visitor.get(USP)


def test_a_thread_is_answered_resolved_opened_again_deleted_and_brought_back(site):
    visitor = site.browser()
    visitor.post(AT, comment="First")
    (first,) = ids(visitor.get(USP))
    visitor.post(AT, comment="Second", parent=first)
    assert plain(visitor.get(USP)).count("Second") == 1
    visitor.post(f"{AT}/{first}/resolve")
    text = plain(visitor.get(USP))
    assert "1 resolved" in text and "1 open" not in text
    visitor.post(f"{AT}/{first}/resolve", do="reopen")
    assert "1 open" in plain(visitor.get(USP))
    visitor.post(f"{AT}/{first}/delete")
    html = visitor.get(USP)
    assert "First" not in plain(html) and "The comment is deleted." in html
    (undo,) = re.findall(r'action="([^"]+/return)"', html)
    visitor.post(undo)
    assert "First" in plain(visitor.get(USP))


def test_a_comment_that_is_too_long_comes_back_with_what_to_do(site):
    html = site.browser().post(AT, 422, comment="a" * 2001).text
    assert "Shorten this to 2000 characters. It has 2001 now." in plain(html).replace("2,00", "200")
    assert "a" * 2001 in html and "aria-invalid=true" in html


def test_an_answer_to_no_comment_leads_nowhere(site):
    visitor = site.browser()
    for parent in ("7", "9" * 30, "first"):
        visitor.post(AT, 404, comment="Lost", parent=parent)
    assert "Lost" not in visitor.get(USP)


def test_open_comments_are_told_before_approval(site):
    visitor = site.browser()
    visitor.post(AT, comment="Is this true?")
    assert "1 comment is open" in plain(visitor.get("/strategy/approve"))


def test_comments_about_a_row_stay_with_the_row(site):
    visitor = site.browser()
    item = add_goal(visitor)
    where = "/strategy/business_goals/deadline"
    visitor.post(f"{where}/comments?item={item}", comment="Too early?")
    assert "Too early?" in plain(visitor.get(f"{where}?item={item}"))
    visitor.post(f"{where}/comments?item=nothing", 404, comment="Lost")
    (comment,) = ids(visitor.get(f"{where}?item={item}"))
    visitor.post(f"{AT}/{comment}/delete", 404)


def test_a_commenter_comments_and_deletes_only_own_words(site):
    site.add("Cam", "commenter")
    owner, cam = site.browser(), site.browser("cam@acme.example")
    owner.post(AT, comment="From the owner")
    (first,) = ids(owner.get(USP))
    cam.post(AT, comment="From Cam", parent=first)
    html = cam.get(USP)
    assert "From Cam" in plain(html) and f"/{first}/resolve" not in html
    assert f"/{first}/delete" not in html
    cam.post(f"{AT}/{first}/delete", 403)
    cam.post(f"{AT}/{first}/resolve", 403)
    (own,) = re.findall(r"comments/(\d+)/delete", html)
    cam.post(f"{AT}/{own}/delete")
    assert "From Cam" not in plain(cam.get(USP))


def test_a_viewer_reads_comments_and_writes_none(site):
    site.add("Vic", "viewer")
    site.browser().post(AT, comment="Is this true?")
    vic = site.browser("vic@acme.example")
    html = vic.get(USP)
    assert "Is this true?" in plain(html) and "Your comment" not in plain(html)
    vic.post(AT, 403, comment="Mine")


def test_comments_are_left_out_of_the_answers_to_check_and_of_versions(site):
    visitor = site.browser()
    visitor.post(AT, comment="A remark among us")
    for page in ("/strategy/proposition", "/strategy/versions", "/strategy/approve"):
        assert "A remark among us" not in visitor.get(page)
