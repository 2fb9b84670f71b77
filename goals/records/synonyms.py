"""Names under which files hold our fields; they suggest a mapping and never decide one (pure)."""

#: Per record and for all records ("*"), our field and what others call it.
SYNONYMS: dict[str, dict[str, str]] = {
    "*": {
        "external_id": "id record_id key uuid",
        "url": "link web_link",
        "owner": "sales_agent sales_rep rep owner_name assigned_to salesperson account_owner "
        "record_owner agent seller representative",
        "account": "company customer account_name company_name client organization organisation",
        "created_on": "created created_at create_date creation_date date_created created_date",
        "currency": "currency_code currency_iso_code",
        "source": "lead_source origin channel utm_source",
        "campaign": "campaign_name utm_campaign",
        "email": "email_address e_mail mail",
        "region": "regional_office territory area office_region",
        "name": "full_name",
        "type": "kind",
    },
    "deal": {
        "external_id": "opportunity_id deal_id opportunity deal_number",
        "name": "deal_name opportunity_name deal",
        "product": "product_name item",
        "pipeline": "pipeline_name sales_process",
        "stage": "deal_stage stage_name sales_stage",
        "amount": "close_value deal_value value deal_amount revenue total price",
        "created_on": "engage_date open_date opened_on start_date",
        "closed_on": "close_date closed_at closed_date won_date date_closed closing_date",
        "expected_close_on": "expected_close_date expected_close forecast_date",
        "probability": "win_probability likelihood",
        "lost_reason": "loss_reason closed_lost_reason reason_lost",
        "list_price": "sales_price",
        "status": "deal_status opportunity_status",
    },
    "owner": {
        "external_id": "owner_id user_id agent_id",
        "name": "sales_agent sales_rep rep owner salesperson owner_name",
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
    },
}


def plain(name: str) -> str:
    """Return a column's name in the form in which names are compared: lower_case_words."""
    words = "".join(one if one.isalnum() else " " for one in name.casefold()).split()
    return "_".join(words)


def of(record: str) -> dict[str, list[str]]:
    """Return what each field of a record may be called elsewhere, its own words first."""
    found: dict[str, list[str]] = {}
    for part in (record, "*"):
        for field, words in SYNONYMS.get(part, {}).items():
            found.setdefault(field, []).extend(words.split())
    return found
