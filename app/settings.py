"""Settings of the installation, read from the environment (HEADWAY_...)."""

import base64
import binascii
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

KEYS_COMMAND = (
    "python3 -c \"import base64, secrets; print('HEADWAY_SECRET_KEY=' + secrets.token_urlsafe(48));"
    " print('HEADWAY_ENCRYPTION_KEYS='"
    ' + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())"'
)


class SettingsError(Exception):
    """A setting is missing or wrong; says which one and what to do."""


class Settings(BaseSettings):
    """What the environment decides; all else is set on pages.

    `encryption_keys` are Fernet keys separated by commas: the first encrypts, all decrypt.
    """

    # A variable that is left blank, as in a file of all of them, says nothing.
    model_config = SettingsConfigDict(
        env_prefix="HEADWAY_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Path("var")
    # These may hold a password.
    database_url: str | None = Field(default=None, repr=False)
    owner_database_url: str | None = Field(default=None, repr=False)
    secret_key: SecretStr | None = None
    encryption_keys: SecretStr | None = None
    base_url: str = "http://127.0.0.1:8000"
    allow_private_sources: bool = False
    allow_commands: bool = False
    smtp_url: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _is_database(cls, url: str | None) -> str | None:
        # The reason must not quote the address, which may hold a password.
        if not url:
            return None
        parts = _parts(url)
        kind = parts.scheme.partition("+")[0]
        if kind not in ("sqlite", "postgresql", "postgres"):
            raise ValueError(
                "the database is SQLite or PostgreSQL, as in postgresql://user:password@host/name"
            )
        return url

    @field_validator("base_url", "slack_api_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        parts = _parts(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address such as https://headway.example.com")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None or not url.get_secret_value():
            return None
        from goals.errors import Refusal
        from integrations import email

        try:
            email.server(url.get_secret_value())
        except Refusal:
            # The reason must not quote the address, which holds a password.
            raise ValueError(
                "the mail server is an address such as smtps://user:password@host"
            ) from None
        return url

    @property
    def database(self) -> str:
        """Return the database's URL: the one given, or a file in the data folder."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.data_dir.absolute() / 'headway.db'}"

    def require_keys(self) -> None:
        """Raise SettingsError unless both keys are set and sound (to serve and to work)."""
        secret = self.secret_key.get_secret_value() if self.secret_key is not None else ""
        missing = [
            name
            for name, value in (
                ("HEADWAY_SECRET_KEY", secret),
                ("HEADWAY_ENCRYPTION_KEYS", self.key_list()),
            )
            if not value
        ]
        if missing:
            raise SettingsError(
                f"{' and '.join(missing)} must be set. This prints new ones, keep them safe:\n"
                f"  {KEYS_COMMAND}"
            )

        wrong = [place for place, key in enumerate(self.key_list(), 1) if not _is_fernet_key(key)]
        if wrong:
            raise SettingsError(
                f"Key {wrong[0]} of HEADWAY_ENCRYPTION_KEYS is no Fernet key. Keys are separated by"
                f" commas, the newest first. This prints new ones, keep the old ones behind them:\n"
                f"  {KEYS_COMMAND}"
            )

    def key_list(self) -> list[str]:
        """Return the encryption keys, the one that encrypts first; empty when none are set."""
        if self.encryption_keys is None:
            return []
        keys = self.encryption_keys.get_secret_value().split(",")
        return [one.strip() for one in keys if one.strip()]


def load() -> Settings:
    """Return the environment's settings; raises SettingsError that names a bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "HEADWAY_" + "_".join(str(part) for part in first["loc"]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        # Without the cause, which quotes what was given.
        raise SettingsError(f"{name} is not right: {reason}.") from None


def _parts(url: str) -> SplitResult:
    """Return the parts of an address; raises ValueError that quotes none of them."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        raise ValueError("this is no address; is the port a number?") from None
    return parts


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except (binascii.Error, ValueError):
        return False
