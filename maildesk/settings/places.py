"""Where things lie: the configuration, the data, and what was shipped with the program."""

from pathlib import Path

SYSTEM_CONFIG = Path("/etc/maildesk")
SYSTEM_DATA = Path("/var/lib/maildesk")


def find_config_dir(option: Path | None = None, cwd: Path | None = None) -> Path:
    """Choose the configuration directory: the one asked for, else ./config, else /etc/maildesk."""
    if option is not None:
        return option
    here = (cwd or Path.cwd()) / "config"
    return here if (here / "maildesk.yaml").is_file() or not SYSTEM_CONFIG.is_dir() else SYSTEM_CONFIG


def find_data_dir(option: Path | None = None, cwd: Path | None = None) -> Path:
    """Choose the data directory: the one asked for, else ./var in a folder that is used as a desk, else /var/lib/maildesk."""
    if option is not None:
        return option
    here = cwd or Path.cwd()
    used = (here / "var").is_dir() or (here / "config" / "maildesk.yaml").is_file()
    return here / "var" if used or not SYSTEM_DATA.is_dir() else SYSTEM_DATA


def shipped_dir(name: str) -> Path:
    """Find what came with the program, `config` or `templates`: inside the wheel, or on top of a checkout."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "_shipped" / name
    return packed if packed.is_dir() else package.parent / name


def templates_dir(config_dir: Path, templates: str = "") -> Path:
    """Say where the desk's own templates are: as `templates:` in maildesk.yaml says, else beside the configuration."""
    return config_dir / templates if templates else config_dir.parent / "templates"
