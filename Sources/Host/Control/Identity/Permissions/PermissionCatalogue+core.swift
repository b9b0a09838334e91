/// The core's permissions. Those of the reference keep its names (rows 180 to 183, C43); the others have its form.
let corePermissions: [Permission] = people + network + watching + running + portal

private let people = [
    Permission("subscribers.view", "See customers"),
    Permission("subscribers.create", "Add customers"),
    Permission("subscribers.edit", "Change customers"),
    Permission("subscribers.delete", "Remove customers"),
    Permission("subscribers.import", "Import customers from a file"),
    Permission("subscribers.export", "Export customers to a file"),
    Permission("subscribers.password", "Set a customer's password"),
    Permission("subscribers.disconnect", "End a customer's session"),
    Permission("subscribers.erase", "Erase a customer's personal data", .house),
    Permission("legal_hold.manage", "Put customers' data under legal hold", .house),
    Permission("services.view", "See services"),
    Permission("services.create", "Add services"),
    Permission("services.edit", "Change services"),
    Permission("services.delete", "Archive services"),
    Permission("resellers.view", "See resellers"),
    Permission("resellers.create", "Add resellers"),
    Permission("resellers.edit", "Change resellers, their routers and their place"),
    Permission("resellers.delete", "Remove resellers"),
    Permission("operators.view", "See operators"),
    Permission("operators.create", "Add operators"),
    Permission("operators.edit", "Change operators, their roles and passwords"),
    Permission("operators.delete", "Remove operators"),
    Permission("roles.view", "See roles"),
    Permission("roles.manage", "Add, change and remove roles"),
    Permission("tokens.manage", "See and revoke others' sessions and API tokens"),
    Permission("impersonate.reseller", "Log in as a reseller's operator"),
    Permission("impersonate.customer", "Log in to the portal as a customer"),
]

private let network = [
    Permission("nas.view", "See routers"),
    Permission("nas.create", "Add routers", .house),
    Permission("nas.edit", "Change and sync routers", .house),
    Permission("nas.delete", "Remove routers", .house),
    Permission("nas.test", "Test the connection to a router", .house),
    Permission("public_ips.view", "See public addresses"),
    Permission("public_ips.manage", "Manage public addresses", .house),
    Permission("sessions.view", "See sessions"),
    Permission("sessions.lookup", "Find who had an address at a time", .house),
    Permission("radius_log.view", "See the log of logins"),
    Permission("dictionaries.view", "Browse the RADIUS dictionaries"),
]

private let watching = [
    Permission("dashboard.view", "See the dashboard"),
    Permission("events.view", "Follow events as they happen"),
    Permission("alarms.view", "See alarms", .house),
    Permission("alarms.acknowledge", "Acknowledge alarms", .house),
    Permission("audit.view", "See who changed what", .house),
    Permission("audit.verify", "Check the audit log's chain", .house),
]

private let running = [
    Permission("jobs.view", "See jobs"),
    Permission("jobs.manage", "Cancel and repeat others' jobs", .house),
    Permission("plugins.view", "See plugins", .house),
    Permission("plugins.manage", "Enable, disable and set up plugins", .house),
    Permission("preferences.view", "See the settings", .house),
    Permission("preferences.edit", "Change the settings", .house),
    Permission("webhooks.view", "See webhooks and their deliveries", .house),
    Permission("webhooks.manage", "Add, change and remove webhooks", .house),
    Permission("emergency.manage", "Start and end an emergency", .house),
]

private let portal = [
    Permission("portal.view", "See the own account", .portal),
    Permission("portal.edit", "Change the own contact data", .portal),
    Permission("portal.password", "Change the own password", .portal),
    Permission("portal.sessions", "See the own sessions and usage", .portal),
    Permission("portal.disconnect", "End the own session", .portal),
]
