"""What names, streets and numbers of the made-up co-operative are made of."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


FIRST_NAMES = _words(
    """Alma Ben Carla Dwight Elena Frank Grace Hector Ida James Karen Luis Mae Noah Opal Pete Rosa
    Sam Tia Ulysses Vera Walt Ximena Yolanda Zeke Abigail Aaron Beverly Brandon Carolyn Charles
    Deborah Daniel Edith Earl Faye Franklin Gloria Gerald Harriet Harold Irene Isaac Janet Jerome
    Kathryn Kenneth Lorraine Leroy Martha Marcus Nadine Nathan Olivia Otis Patricia Paul Queenie
    Quentin Rebecca Raymond Shirley Stephen Theresa Thomas Ursula Vernon Violet Virgil Wanda Wesley
    Yvonne Amanda Anthony Brenda Calvin Crystal Curtis Diane Douglas Ellen Eugene Felicia Floyd
    Ginger Gregory Hannah Henry Imogene Jasmine Jesse Joyce Keisha Kevin Latasha Lamar Latoya
    Leonard Linda Lonnie Mildred Mitchell Nancy Nelson Paige Preston Ramona Reggie Sandra Seth
    Tamika Terrence Valerie Vincent Whitney Willis"""
)
SPANISH_FIRST_NAMES = _words(
    """Ana Carlos Beatriz Diego Carmen Eduardo Dolores Fernando Esperanza Gabriel Guadalupe Héctor
    Inés Javier Isabel Jorge José Juana Julio Leticia Manuel Lucía Marcos María Miguel Noé
    Pablo Noemí Rafael Pilar Ramón Raquel Roberto Rocío Salvador Silvia Tomás Teresa Víctor
    Verónica"""
)
LAST_NAMES = _words(
    """Abbott Baca Clarke Dupree Echols Fuentes Greer Huff Ivey Jernigan Kitchens Lunsford Mercer
    O’Neal Pruitt Quick Rentz Sapp Tully Usry Vinson Wynn Yawn Zorn Adkins Akins Barfield Bazemore
    Beasley Bloodworth Braswell Brinson Brown Bryant Burke Cannon Carswell Cato Chambliss Cheek
    Clements Coley Collins Coody Cooper Cranford Crumbley Culpepper Daniels Davis Deloach Dennard
    Dixon Dominy Durden Edenfield Edwards English Evans Faircloth Floyd Fordham Foskey Fowler
    Garrett Gay Gibbs Giddens Gillis Goolsby Griffin Grimsley Hall Hamrick Hardeman Harrell Hill
    Hogan Holloway Horne Howell Hutcheson Ingram Jackson Johnson Jones Josey Kennedy Kersey Knight
    Lamb Lanier Law Lee Lewis Lord Mathis Mayo McCranie McDaniel McLendon Miller Mimbs Mixon Moore
    Mosley Mullis NeSmith Newsome Nobles Oglesby Outlaw Parker Peacock Perdue Pittman Poole Powell
    Purvis Rabun Register Rivers Roberts Rogers Rountree Sheffield Simmons Sims Smith Spivey
    Stephens Stokes Strickland Sumner Tanner Tapley Thigpen Thomas Tillman Towns Underwood Vickers
    Walden Waters Watson Webb Wells Whitaker Wiggins Wilcox Wilkes Williams Wimberly Woodard Wright
    Yarbrough Youmans Young"""
)
SPANISH_LAST_NAMES = _words(
    """Aguilar Álvarez Castillo Castro Chávez Contreras Cruz Delgado Díaz Domínguez Espinoza
    Fernández Flores García Gómez González Guerrero Gutiérrez Hernández Herrera Ibarra Jiménez
    Juárez López Martínez Medina Mendoza Morales Moreno Muñoz Nuñez Ortega Ortiz Peña Pérez Ramírez
    Ramos Reyes Ríos Rivera Rodríguez Romero Ruiz Salazar Sánchez Santiago Soto Torres Vargas
    Vásquez Vega"""
)
STREETS = _phrases(
    """Lake Commons|Pine River|Old Mill|Church|Cotton Gin|Dogwood|Gum Branch|Piney Grove|Red Oak
    |Sandy Ford|Turkey Creek|Peach Orchard|Depot|Longleaf|Magnolia|Millpond|Persimmon|Quail Run
    |Ridge|Sawmill|Spring Hill|Stagecoach|Sweetwater|Tobacco|Union Church|Wiregrass|Willow Bend
    |Cedar Crossing|Fox Den|Gopher Hill|Harvest|Hickory Nut|Honeysuckle|Indian Trail|Juniper
    |Kinchafoonee|Liberty|Muscadine|Plantation|Pond|Railroad|School|Shady|Timber"""
)
STREET_KINDS = ("Rd", "Dr", "Ln", "St", "Way", "Ct", "Trl", "Hwy")
# Town, ZIP: the towns are made up, their ZIP codes look like middle Georgia's.
TOWNS = (
    ("Pine River", "31099"),
    ("Lake Commons", "31098"),
    ("Cotton Gin", "31094"),
    ("Sandy Ford", "31087"),
    ("Turkey Creek", "31083"),
    ("Old Depot", "31079"),
    ("Red Oak Springs", "31077"),
    ("Union Church", "31062"),
)
BUSINESSES = _phrases(
    """Hardware|Feed & Seed|Poultry Farms|Pecan Company|Baptist Church|Auto Parts|Dairy|Gin & Supply
    |Elementary School|Family Clinic|Timber Products|Grill|Storage|Veterinary|Peach Packers
    |Bank & Trust|Concrete|Nursery"""
)
# What large accounts are: they are the key accounts.
LARGE_BUSINESSES = _phrases(
    """County Board of Education|Regional Hospital|Cold Storage|Carpet Mills|Distribution Center
    |Water Authority|Kaolin Company|Sawmills"""
)
DEVICE_NAMES = ("My phone", "Kitchen tablet", "Work computer", "iPhone", "Galaxy", "Home computer")
STOP_WORDS = ("STOP", "Stop please", "stop texting me", "no mas", "UNSUBSCRIBE", "take me off")

_GEORGIA = "478 229 706 762 912 470 404 770 678 943"
_NEAR = "334 205 251 256 850 904 352 386 803 843 864 423 615 704 828 336 910 919 252 931 901 865"
_FAR = """201 202 203 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 231 234 239
    240 248 253 254 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315
    316 317 318 319 320 321 323 330 337 339 347 351 360 361 385 401 402 405 406 407 408 409 410 412
    413 414 415 417 419 424 425 432 434 435 440 443 469 479 480 484 501 502 503 504 505 507 508 509
    510 512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 567 570 571 573 574 575 580 585
    586 601 602 603 605 606 607 608 609 610 612 614 616 617 618 619 620 623 626 630 631 636 641 646
    650 651 660 661 662 682 701 702 703 707 708 712 713 714 715 716 717 718 719 720 724 727 731 732
    734 740 754 757 760 763 765 772 773 774 775 781 785 786 801 802 804 805 806 808 810 812 813 814
    815 816 817 818 830 831 832 845 847 848 856 857 858 859 860 862 863 870 903 907 908 909 913 914
    915 916 917 918 920 925 928 936 937 940 941 947 949 951 952 954 956 970 971 972 973 978 979 980
    985 989"""
# Nearest first.
AREA_CODES = _words(f"{_GEORGIA} {_NEAR} {_FAR}")
