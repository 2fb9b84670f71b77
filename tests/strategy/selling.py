"""The sections on selling, written so that nothing is left to do in them."""


def write(desk):
    """Write all of them, each with one row of everything."""
    owner = str(desk.dana)
    stage = write_journey(desk, owner)
    piece = desk.add("content_plan.items", title="Guide", content_type="how_to", stage=stage)
    made = {"status": "published", "publish_date": "1 Mar 2027", "owner": owner}
    desk.save("content_plan.making", piece, pain_addressed="Why does it stop?", **made)
    desk.save("content_plan.results", piece, clicks="1,200", purchases="30", score="4")
    play = desk.add(
        "retention.plays",
        play_name="Thanks for the years",
        play_segment="Customers of three years",
        play_trigger="The day of the first order",
        play_reward="A visit",
    )
    desk.save("retention.care", play, play_owner=owner, play_metric="churn_rate")
    rule = desk.add(
        "automations.rules",
        name="Larger deals",
        automation_trigger="A deal is created",
        automation_condition="Its value is over 500",
        automation_then="Task to call",
        automation_else="Nurture campaign",
    )
    desk.save("automations.running", rule, tool="CRM", owner=owner, status="on")


def write_journey(desk, owner):
    """Write a map of one stage, and return it."""
    stage = desk.add("journey.stages", name="Loyalty", what_happens="Stays")
    desk.save("journey.customer", stage, customer_goal="The same result", emotion="Calm")
    desk.save("journey.decision", stage, buying_signals=["Asks for a date"], deciders=["The owner"])
    desk.save("journey.measure", stage, metric_ids=["churn_rate", "revenue"])
    touchpoint = desk.add(
        "journey.touchpoints", touchpoint="Report", stage=stage, content="What was done"
    )
    desk.save("journey.care", touchpoint, owner=owner, metric="churn_rate")
    obstacle = desk.add("journey.obstacles", obstacle="It comes too late", stage=stage)
    desk.add(
        "journey.actions", action="Send it first", obstacle=obstacle, owner=owner, due="31 Jan 2027"
    )
    return stage
