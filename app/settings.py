"""Settings of the installation, read from the environment (HEADWAY_...)."""

from pathlib import Path

from pydantic import SecretStr, ValidationError
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

    model_config = SettingsConfigDict(env_prefix="HEADWAY_", extra="ignore", frozen=True)

    data_dir: Path = Path("var")
    database_url: str | None = None
    owner_database_url: str | None = None
    secret_key: SecretStr | None = None
    encryption_keys: SecretStr | None = None
    base_url: str = "http://127.0.0.1:8000"
    allow_private_sources: bool = False
    smtp_url: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    slack_signing_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None

    @property
    def database(self) -> str:
        """Return the database's URL: the one given, or a file in the data folder."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{self.data_dir.absolute() / 'headway.db'}"

    def require_keys(self) -> None:
        """Raise SettingsError unless both keys are set (serving and working need them)."""
        missing = [
            name
            for name, value in (
                ("HEADWAY_SECRET_KEY", self.secret_key),
                ("HEADWAY_ENCRYPTION_KEYS", self.encryption_keys),
            )
            if value is None or not value.get_secret_value()
        ]
        if missing:
            raise SettingsError(
                f"{' and '.join(missing)} must be set. This prints new ones, keep them safe:\n"
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
        first = error.errors()[0]
        name = "HEADWAY_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is not right: {first['msg']}.") from error
