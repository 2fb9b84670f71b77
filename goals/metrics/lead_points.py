"""How many points the things that leads do are worth, unless their events say so (pure).

The table is our default; the kinds of event are small letters without gaps.
"""

#: Points -> the words for what gives or takes them.
WORDS: dict[int, tuple[str, ...]] = {
    25: (
        "trialstart", "trialstarted", "starttrial", "startedtrial", "freetrial",
        "freetrialstart", "freetrialstarted", "trial",
        "appointmentbooked", "appointmentbook", "bookappointment", "bookedappointment",
        "meetingbooked", "bookedmeeting",
    ),
    15: ("emailreply", "emailreplied", "replyemail", "repliedemail", "reply"),
    10: (
        "emailclick", "emailclicked", "clickemail", "clickedemail", "click",
        "pricingpagevisit", "pricingpagevisited", "visitpricingpage", "visitedpricingpage",
        "pricingpageview", "pricingpage", "pricingvisit",
    ),
    5: (
        "subscribe", "subscribed", "subscribes", "newslettersubscribed",
        "emailopen", "emailopened", "openemail", "openedemail", "open",
    ),
    -5: (
        "appointmentcancelled", "appointmentcanceled", "appointmentcancel",
        "cancelappointment", "cancelledappointment", "canceledappointment",
        "meetingcancelled", "meetingcanceled",
    ),
    -10: ("noemailopened", "noemailopen", "noemailsopened", "openednoemail"),
    -25: ("unsubscribe", "unsubscribed", "unsubscribes"),
}  # fmt: skip
POINTS = {word: points for points, words in WORDS.items() for word in words}
