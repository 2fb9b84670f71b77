"""Refusals in HubSpot's shape: status, message, correlationId, category and what else applies."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refused request: the HTTP status, and the body's category, message and further keys."""

    def __init__(
        self,
        status: int,
        category: str,
        message: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.message = message
        self.headers = headers or {}
        self.more = more

    def body(self, correlation: str) -> dict[str, Any]:
        """The JSON body of this refusal."""
        return {
            "status": "error",
            "message": self.message,
            "correlationId": correlation,
            "category": self.category,
            **self.more,
        }


def invalid(message: str, **context: list[str]) -> ApiError:
    """400: the request itself is wrong."""
    more: dict[str, Any] = {"context": context} if context else {}
    return ApiError(400, "VALIDATION_ERROR", message, **more)


def missing(message: str) -> ApiError:
    """404: no such path or record."""
    return ApiError(404, "OBJECT_NOT_FOUND", message)


def not_authenticated() -> ApiError:
    """401: no token, an unknown one or a revoked one."""
    return ApiError(
        401,
        "INVALID_AUTHENTICATION",
        "No valid credentials came with this call.",
        headers={"X-HubSpot-Auth-Failure": "401 Unauthorized"},
    )


def expired(seconds: int, at: str) -> ApiError:
    """401: the access token has run out; `at` is when."""
    return ApiError(
        401,
        "EXPIRED_AUTHENTICATION",
        f"This access token ran out {seconds} second(s) ago.",
        context={"expire time": [at]},
    )


def missing_scopes(scopes: list[str]) -> ApiError:
    """403: the token lacks all of the scopes, one of which is needed."""
    return ApiError(
        403,
        "MISSING_SCOPES",
        "This token lacks a scope that the call needs.",
        errors=[
            {
                "message": "At least one of these scopes is needed.",
                "context": {"requiredGranularScopes": scopes},
            }
        ],
        links={"scopes": "https://developers.hubspot.com/scopes"},
    )


def rate_limited(policy: str, retry_after: int | None) -> ApiError:
    """429: the limit named by the policy is used up; `retry_after` in whole seconds or None."""
    return ApiError(
        429,
        "RATE_LIMITS",
        f"The {policy.lower()} limit is used up.",
        headers={} if retry_after is None else {"Retry-After": str(retry_after)},
        errorType="RATE_LIMIT",
        policyName=policy,
        groupName=f"publicapi:private-app-api-calls-{policy.lower()}",
    )
