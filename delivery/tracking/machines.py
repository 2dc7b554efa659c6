"""Opens and clicks that no person made, told from the program that asks.

Apple's Mail (with its privacy on) and Gmail fetch pictures through servers of their own, Apple's
whether or not anybody looks: what they fetch says nothing of a person. Mail filters follow links
before they let a mail in. What can't be told from the program is told from the time in
`collecting`: seconds after the hand-over, or many links at once.
"""

import re

# Apple's proxy says this and nothing more.
_APPLE = "mozilla/5.0"
_MACHINES = re.compile(
    r"googleimageproxy|yahoomailproxy|ggpht\.com|bot\b|crawl|spider|slurp|scan|preview|fetch"
    r"|proofpoint|barracuda|mimecast|symantec|fireeye|trendmicro|sophos|cisco|ironport|cloudmark"
    r"|safelinks|microsoft office|ms-office|outlook-ios-android-proxy"
    r"|curl|wget|python|java/|okhttp|go-http|libwww|axios|node-fetch|headless|phantomjs|httpclient"
    r"|mozilla/4\.0|facebookexternalhit|slackbot|whatsapp|telegram|skypeuripreview|zgrab|nmap"
)


def is_machine(*, method: str, user_agent: str) -> bool:
    agent = user_agent.strip().lower()
    return method != "GET" or not agent or agent == _APPLE or bool(_MACHINES.search(agent))
