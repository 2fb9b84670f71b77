"""Names under which files hold our fields; they suggest a mapping and never decide one (pure)."""

import re
import unicodedata

from goals.records import synonyms_thai_chinese as asian

#: What stands in brackets behind a name, such as a unit or a currency.
_BRACKETS = re.compile(r"[(\[（【][^()\[\]（）【】]*[)\]）】]")

#: Per record and for all records ("*"), our field and what others call it.
SYNONYMS: dict[str, dict[str, str]] = {
    "*": {
        "external_id": "id record_id key uuid",
        "url": "link web_link record_url",
        "owner": "sales_agent sales_rep rep owner_name assigned_to salesperson sales_person "
        "account_owner record_owner agent seller representative sales_representative "
        "account_executive ae assignee responsible",
        "account": "company customer account_name company_name client organization organisation "
        "customer_name client_name organization_name associated_company",
        "created_on": "created created_at create_date creation_date date_created created_date "
        "created_time add_time date_added added_on",
        "currency": "currency_code currency_iso_code",
        "source": "lead_source origin channel utm_source",
        "campaign": "campaign_name utm_campaign",
        "email": "email_address e_mail mail",
        "region": "regional_office territory area office_region",
        "name": "full_name",
        "type": "kind",
    },
    "deal": {
        "external_id": "opportunity_id deal_id opportunity deal_number opportunity_number deal_no",
        "name": "deal_name opportunity_name deal deal_title title",
        "account": "deal_organization",
        "owner": "deal_owner opportunity_owner",
        "product": "product_name item",
        "pipeline": "pipeline_name sales_process deal_pipeline",
        "stage": "deal_stage stage_name sales_stage opportunity_stage pipeline_stage stage_label",
        "amount": "close_value deal_value value deal_amount opportunity_amount opportunity_value "
        "contract_value acv annual_contract_value tcv total_contract_value arr deal_size revenue "
        "total price",
        "created_on": "engage_date open_date opened_on start_date deal_created opened",
        "closed_on": "close_date closed_at closed_date won_date date_closed closing_date "
        "close_time actual_close_date sign_date signed_date date_signed signed_on signed_at "
        "signing_date contract_date date_won won_on won_at won_time deal_won_time "
        "deal_closed_on deal_close_date closed close signed",
        "expected_close_on": "expected_close_date expected_close forecast_date "
        "expected_closing_date deal_expected_close_date estimated_close_date "
        "target_close_date forecast_close_date",
        "probability": "win_probability likelihood deal_probability confidence",
        "lost_reason": "loss_reason closed_lost_reason reason_lost reason_for_loss "
        "reason_for_losing deal_lost_reason",
        "list_price": "sales_price",
        "status": "deal_status opportunity_status won_lost",
    },
    "owner": {
        "external_id": "owner_id user_id agent_id",
        "name": "sales_agent sales_rep rep owner salesperson sales_person owner_name full_name",
        "manager": "sales_manager reports_to supervisor",
        "team": "team_name sales_team group",
        "active": "is_active enabled",
    },
    "account": {
        "external_id": "account_id company_id customer_id",
        "name": "account account_name company company_name customer organization",
        "industry": "sector vertical",
        "employees": "number_of_employees headcount employee_count",
        "revenue": "annual_revenue turnover",
        "country": "office_location location headquarters",
        "parent": "subsidiary_of parent_account parent_company",
        "domain": "website web_site",
        "customer_type": "type account_type segment",
    },
    "product": {
        "external_id": "product_id sku code",
        "name": "product product_name",
        "list_price": "sales_price price unit_price",
        "family": "series product_family category",
    },
    "lead": {
        "external_id": "lead_id mql_id prospect_id lead_number",
        "name": "lead_name",
        "created_on": "first_contact_date lead_date",
        "converted_on": "conversion_date converted_date converted_at won_date",
        "converted_deal": "opportunity_id deal_id converted_opportunity",
        "qualified_on": "mql_date sql_date qualified_date",
        "type": "lead_type",
        "status": "lead_status stage",
    },
    "contact": {
        "external_id": "contact_id person_id",
        "name": "contact_name",
        "opted_in_on": "opt_in_date subscribed_on",
        "opted_out_on": "opt_out_date unsubscribed_on",
    },
    "stage_event": {
        "deal": "deal_id opportunity_id opportunity",
        "stage": "deal_stage stage_name to_stage new_stage",
        "entered_on": "date entered_at changed_on stage_date entered",
    },
    "lead_event": {
        "lead": "lead_id mql_id prospect_id",
        "at": "date time timestamp occurred_at created_at",
        "kind": "event type event_type",
        "value": "detail points",
    },
    "activity": {
        "external_id": "activity_id call_id event_id task_id",
        "kind": "type activity_type event event_type channel",
        "at": "date time timestamp occurred_at done_at activity_date start_time created_at",
        "deal": "deal_id opportunity_id opportunity deal_name",
        "lead": "lead_id prospect_id lead_name",
        "contact": "contact_id contact_name person",
        "outcome": "result disposition call_result",
        "direction": "call_direction in_or_out",
    },
    "ticket": {
        "external_id": "ticket_id case_id ticket_number case_number",
        "opened_at": "created created_at opened created_date opened_date date_opened submitted_at",
        "first_reply_at": "first_response_at first_reply first_response first_responded_at",
        "solved_at": "resolved_at closed_at solved resolved resolution_date closed_date",
        "reopened_at": "reopened reopened_date",
        "waiting_hours": "on_hold_hours pending_hours hours_waiting requester_wait_hours",
        "account": "customer_id account_id",
        "topic": "subject category issue issue_type ticket_type type",
        "priority": "severity urgency",
        "status": "ticket_status case_status state",
    },
    "purchase": {
        "external_id": "order_id purchase_id invoice_id order_number invoice_number invoice",
        "customer": "customer_id account account_id customer_name account_name buyer company",
        "on": "date day order_date purchase_date invoice_date bought_on purchased_on ordered_at",
        "amount": "dollar_value total order_value order_total value revenue price net_amount",
        "quantity": "qty units number_of_cds pieces",
        "product": "product_name product_id item sku description",
        "refund": "is_refund refunded returned is_return",
    },
    "subscription": {
        "external_id": "subscription_id contract_id",
        "customer": "customer_id account account_id customer_name account_name client company",
        "started_on": "start_date started signup_date activated_on created_at",
        "mrr": "monthly_recurring_revenue monthly_charges monthly_price monthly_amount amount",
        "ended_on": "end_date ended cancelled_on canceled_on cancelled_at canceled_at churn_date",
        "due_on": "renewal_date due_date renews_on expires_on expiry_date",
        "renewed_on": "renewed renewed_at last_renewed_on",
        "plan": "plan_name contract product tier",
        "seats": "licenses users quantity",
    },
    "campaign": {
        "external_id": "campaign_id",
        "name": "campaign campaign_name title",
        "started_on": "start_date started",
        "ended_on": "end_date ended",
        "budget": "planned_budget amount cost",
    },
    "campaign_member": {
        "campaign": "campaign_id",
        "lead": "lead_id prospect_id mql_id lead_name",
        "responded_on": "responded responded_at response_date first_responded_date",
    },
    "spend": {
        "on": "date day spent_on",
        "amount": "cost spend amount_spent total value",
        "campaign": "campaign_id",
        "category": "type department",
    },
    "survey_answer": {
        "external_id": "response_id answer_id survey_response_id",
        "at": "date submitted_at answered_at response_date timestamp created_at",
        "score": "rating answer value nps_score csat_score",
        "scale": "rating_scale",
        "kind": "survey survey_type type",
        "customer": "customer_id account account_id customer_name account_name client company",
        "comment": "feedback text verbatim remarks",
    },
    "quota": {
        "from": "start_date period_start start from_date valid_from",
        "to": "end_date period_end end to_date valid_to",
        "amount": "quota target quota_amount",
    },
    "email_event": {
        "external_id": "event_id",
        "at": "timestamp date time occurred_at event_time created_at",
        "kind": "event event_type type action",
        "message": "message_id subject email_name mail_name",
        "recipient": "email email_address recipient_email contact",
    },
    "web_visit": {
        "on": "date day",
        "visitors": "users unique_visitors total_users active_users",
        "visits": "sessions",
        "source": "session_source",
    },
    "expense": {
        "on": "date day paid_on expense_date",
        "amount": "cost total value",
        "category": "type account expense_type",
    },
    "holiday": {
        "on": "date day",
        "country": "country_code",
        "name": "holiday holiday_name title",
    },
    "reading": {
        "metric": "metric_id kpi measure",
        "on": "date day measured_on period_end",
        "value": "actual result amount",
        "evidence": "note source comment",
    },
    "rate": {
        "on": "date day valid_from",
        "currency": "currency_code code",
        "per_base": "rate exchange_rate",
        "base": "base_currency",
    },
}


def plain(name: str) -> str:
    """Return a column's name in the form in which names are compared: lower_case_words.

    Marks above and below letters belong to them, as Thai vowels and tones do.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    words = "".join(one if _is_of_word(one) else " " for one in text).split()
    return "_".join(words)


def bare(name: str) -> str:
    """Return a column's name as it is compared, without a unit or currency in brackets."""
    return plain(_BRACKETS.sub(" ", name)) or plain(name)


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


def of(record: str) -> dict[str, list[str]]:
    """Return what each field of a record may be called elsewhere, its own words first."""
    found: dict[str, list[str]] = {}
    for part in (record, "*"):
        for listed in (SYNONYMS, asian.SYNONYMS):
            for field, words in listed.get(part, {}).items():
                found.setdefault(field, []).extend(map(plain, words.split()))
    return found
