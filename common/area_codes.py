"""Where a telephone number is from: what is left where no service address is known (RULES 9).

People take their numbers with them; the law of some states takes the area code at its word all the
same (Florida: Fla. Stat. 501.059).
"""

from functools import lru_cache

from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

_AREA_CODES = {
    "AK": "907",
    "AL": "205 251 256 334 659 938",
    "AR": "327 479 501 870",
    "AS": "684",
    "AZ": "480 520 602 623 928",
    "CA": "209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 "
    "661 669 707 714 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951",
    "CO": "303 719 720 748 970 983",
    "CT": "203 475 860 959",
    "DC": "202 771",
    "DE": "302",
    "FL": "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 "
    "954",
    "GA": "229 404 470 478 678 706 762 770 912 943",
    "GU": "671",
    "HI": "808",
    "IA": "319 515 563 641 712",
    "ID": "208 986",
    "IL": "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872",
    "IN": "219 260 317 463 574 765 812 930",
    "KS": "316 620 785 913",
    "KY": "270 364 502 606 859",
    "LA": "225 318 337 457 504 985",
    "MA": "339 351 413 508 617 774 781 857 978",
    "MD": "227 240 301 410 443 667",
    "ME": "207",
    "MI": "231 248 269 313 517 586 616 679 734 810 906 947 989",
    "MN": "218 320 507 612 651 763 924 952",
    "MO": "235 314 417 557 573 636 660 816 975",
    "MP": "670",
    "MS": "228 601 662 769",
    "MT": "406",
    "NC": "252 336 472 704 743 828 910 919 980 984",
    "ND": "701",
    "NE": "308 402 531",
    "NH": "603",
    "NJ": "201 551 609 640 732 848 856 862 908 973",
    "NM": "505 575",
    "NV": "702 725 775",
    "NY": "212 315 329 332 347 363 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934",
    "OH": "216 220 234 283 326 330 380 419 436 440 513 567 614 740 937",
    "OK": "405 539 572 580 918",
    "OR": "458 503 541 971",
    "PA": "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
    "PR": "787 939",
    "RI": "401",
    "SC": "803 821 839 843 854 864",
    "SD": "605",
    "TN": "423 615 629 729 731 865 901 931",
    "TX": "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 "
    "936 940 945 956 972 979",
    "UT": "385 435 801",
    "VA": "276 434 540 571 686 703 757 804 826 948",
    "VI": "340",
    "VT": "802",
    "WA": "206 253 360 425 509 564",
    "WI": "262 274 353 414 534 608 715 920",
    "WV": "304 681",
    "WY": "307",
}
STATE_OF_AREA_CODE = {code: state for state, codes in _AREA_CODES.items() for code in codes.split()}
_COUNTRY = 1  # digits of +1 alone, which says nothing of where
_AREA = 4


def state_of_number(number: str) -> str:
    """By two letters; "" for toll-free, foreign and unknown numbers. `number`: E.164."""
    return STATE_OF_AREA_CODE.get(number[2:5], "") if number.startswith("+1") else ""


def zones_of_number(number: str) -> tuple[str, ...]:
    """The time zones in which the telephone may be; empty where nothing says.

    Of an exchange that is known, its own. Else all of its area code: one that lies on both sides
    of a border gives both.
    """
    return _zones(number[1 : TIMEZONE_LONGEST_PREFIX + 1]) if number.startswith("+") else ()


@lru_cache(maxsize=4096)
def _zones(digits: str) -> tuple[str, ...]:
    for length in range(len(digits), _COUNTRY, -1):
        found = TIMEZONE_DATA.get(digits[:length])
        if found is None:
            continue
        if length <= _AREA and digits.startswith("1"):
            return _ZONES_OF_AREA_CODE.get(digits[1:_AREA], ())
        return tuple(zone for zone in found if zone != _UNKNOWN)
    return ()


_UNKNOWN = "Etc/Unknown"


def _by_area_code() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for digits, zones in TIMEZONE_DATA.items():
        if digits.startswith("1") and len(digits) >= _AREA:
            found.setdefault(digits[1:_AREA], set()).update(zones)
    return {code: tuple(sorted(zones - {_UNKNOWN})) for code, zones in found.items()}


_ZONES_OF_AREA_CODE = _by_area_code()
