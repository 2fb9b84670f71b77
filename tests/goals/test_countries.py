"""Countries by code, and as files write them."""

from babel import Locale

from goals import countries


def test_every_country_has_a_name_in_every_language():
    assert len(countries.CODES) > 200
    assert {"TH", "CN", "DE", "US", "GB"} <= set(countries.CODES)
    assert not {"EU", "UN", "ZZ", "150"} & set(countries.CODES)
    for language in countries.LANGUAGES:
        names = Locale.parse(language).territories
        assert all(names[code] != code for code in countries.CODES)


def test_a_country_is_written_by_its_codes_and_names():
    assert countries.spellings("TH") >= {"th", "tha", "764", "thailand", "ไทย", "泰国"}
    assert not countries.spellings("TH") & countries.spellings("CN")


def test_no_two_countries_are_written_alike():
    seen = [one for code in countries.CODES for one in countries.spellings(code)]
    assert len(seen) == len(set(seen))
