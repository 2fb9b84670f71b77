"""The objects of the fake organisation: their fields and types, and the keys of their ids."""

#: Every object has these.
COMMON = {"Id": "id", "CreatedDate": "datetime", "SystemModstamp": "datetime"}


def _fields(**kinds: str) -> dict[str, str]:
    return {**COMMON, **{name: kind for kind, names in kinds.items() for name in names.split()}}


#: Object -> field -> type; a reference names its object after a colon.
FIELDS: dict[str, dict[str, str]] = {
    "User": _fields(
        string="Name Email UserType Country",
        boolean="IsActive",
    )
    | {"ManagerId": "reference:User", "UserRoleId": "reference:UserRole"},
    "UserRole": _fields(string="Name"),
    "Organization": _fields(string="Name"),
    "Account": _fields(
        string="Name Website Industry Type BillingState BillingCountry",
        double="AnnualRevenue NumberOfEmployees",
        boolean="IsDeleted",
        address="BillingAddress",
    )
    | {
        "ParentId": "reference:Account",
        "MasterRecordId": "reference:Account",
        "OwnerId": "reference:User",
    },
    "Contact": _fields(string="Name Email", boolean="IsDeleted HasOptedOutOfEmail")
    | {
        "AccountId": "reference:Account",
        "OwnerId": "reference:User",
        "MasterRecordId": "reference:Contact",
    },
    "Lead": _fields(
        string="Name Email Company Status LeadSource Country",
        boolean="IsDeleted IsConverted",
        date="ConvertedDate",
    )
    | {
        "OwnerId": "reference:User",
        "ConvertedOpportunityId": "reference:Opportunity",
        "MasterRecordId": "reference:Lead",
    },
    "Opportunity": _fields(
        string="Name StageName Type LeadSource ForecastCategoryName",
        boolean="IsDeleted IsClosed IsWon HasOpportunityLineItem",
        double="Amount Probability",
        date="CloseDate",
    )
    | {
        "AccountId": "reference:Account",
        "OwnerId": "reference:User",
        "CampaignId": "reference:Campaign",
    },
    "BusinessProcess": _fields(string="Name TableEnumOrId", boolean="IsActive"),
    "RecordType": _fields(string="Name DeveloperName SobjectType", boolean="IsActive")
    | {"BusinessProcessId": "reference:BusinessProcess"},
    "OpportunityStage": _fields(
        string="MasterLabel ApiName",
        boolean="IsActive IsClosed IsWon",
        double="SortOrder DefaultProbability",
    ),
    "OpportunityHistory": _fields(
        string="StageName ForecastCategory",
        boolean="IsDeleted",
        double="Amount Probability",
        date="CloseDate",
    )
    | {"OpportunityId": "reference:Opportunity"},
    "OpportunityLineItem": _fields(double="Quantity TotalPrice", boolean="IsDeleted")
    | {"OpportunityId": "reference:Opportunity", "Product2Id": "reference:Product2"},
    "Product2": _fields(string="Name Family ProductCode", boolean="IsDeleted IsActive"),
    "Campaign": _fields(
        string="Name Status Type",
        boolean="IsDeleted",
        double="BudgetedCost ActualCost",
        date="StartDate EndDate",
    ),
    "CampaignMember": _fields(
        string="Status", boolean="IsDeleted HasResponded", date="FirstRespondedDate"
    )
    | {
        "CampaignId": "reference:Campaign",
        "LeadId": "reference:Lead",
        "ContactId": "reference:Contact",
    },
    "Task": _fields(
        string="Subject Status TaskSubtype CallType CallDisposition",
        boolean="IsDeleted IsClosed IsRecurrence",
        date="ActivityDate",
        datetime="CompletedDateTime",
    )
    | {
        "WhatId": "reference:Opportunity",
        "WhoId": "reference:Lead",
        "OwnerId": "reference:User",
    },
    "Event": _fields(
        string="Subject",
        boolean="IsDeleted IsAllDayEvent IsRecurrence IsChild",
        date="ActivityDate",
        datetime="StartDateTime",
    )
    | {
        "WhatId": "reference:Opportunity",
        "WhoId": "reference:Lead",
        "OwnerId": "reference:User",
    },
    "Case": _fields(
        string="Subject Type Status Priority",
        boolean="IsDeleted IsClosed",
        datetime="ClosedDate",
    )
    | {
        "AccountId": "reference:Account",
        "OwnerId": "reference:User",
        "MasterRecordId": "reference:Case",
    },
    "ForecastingQuota": _fields(
        double="QuotaAmount QuotaQuantity", date="StartDate", boolean="IsAmount IsQuantity"
    )
    | {
        "QuotaOwnerId": "reference:User",
        "PeriodId": "reference:Period",
        "ForecastingTypeId": "reference:ForecastingType",
    },
    "ForecastingType": _fields(
        string="DeveloperName MasterLabel", boolean="IsActive IsAmount IsQuantity"
    ),
    "Period": _fields(date="StartDate EndDate"),
}

#: What ids of an object begin with.
KEYS = {
    "User": "005",
    "UserRole": "00E",
    "Account": "001",
    "Contact": "003",
    "Lead": "00Q",
    "Opportunity": "006",
    "OpportunityStage": "01J",
    "OpportunityHistory": "008",
    "OpportunityLineItem": "00k",
    "Product2": "01t",
    "BusinessProcess": "019",
    "RecordType": "012",
    "Campaign": "701",
    "CampaignMember": "00v",
    "Task": "00T",
    "Event": "00U",
    "Case": "500",
    "ForecastingQuota": "0J9",
    "Period": "026",
    "ForecastingType": "0Db",
    "Organization": "00D",
}
#: Objects with amounts, which say their currency where the organisation has several.
WITH_CURRENCY = ("Opportunity", "Campaign", "ForecastingQuota", "OpportunityHistory")

#: API name, label, closed, won, probability; in their order.
STAGES = (
    ("Prospecting", "Prospecting", False, False, 10),
    ("Qualification", "Qualification", False, False, 20),
    ("Proposal/Price Quote", "Proposal", False, False, 60),
    ("Closed Won", "Closed Won", True, True, 100),
    ("Closed Lost", "Closed Lost", True, False, 0),
)
