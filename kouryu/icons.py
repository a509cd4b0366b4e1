"""Which line drawings do the pages use? Each is what stands inside a 24 × 24 SVG with a stroke of the text colour."""

ICONS = {
    "calendar": '<rect x="4" y="5.5" width="16" height="14.5" rx="2.5"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>',
    "people": (
        '<circle cx="9" cy="9" r="3.4"/><path d="M2.8 19.5c.6-3.4 3-5.2 6.2-5.2s5.6 1.8 6.2 5.2"/>'
        '<path d="M15.5 5.9a3.4 3.4 0 0 1 0 6.3M17.8 14.7c2 .7 3.2 2.3 3.6 4.8"/>'
    ),
    "mirror": '<circle cx="9.2" cy="12" r="6.2"/><circle cx="14.8" cy="12" r="6.2"/>',
    "steps": (
        '<circle cx="6" cy="17" r="2"/><circle cx="12" cy="8" r="2"/><circle cx="18.5" cy="14" r="2"/>'
        '<path d="m7.2 15.4 3.7-5.7M13.7 9.1l3.3 3.5M8 17l8.5-2.5"/>'
    ),
    "letter": '<rect x="3.5" y="6" width="17" height="12.5" rx="2"/><path d="m4 7.5 8 6 8-6"/>',
    "person": '<circle cx="12" cy="8.5" r="3.8"/><path d="M4.8 20c.7-3.9 3.5-6 7.2-6s6.5 2.1 7.2 6"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8.2v.01"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.2v5.2l3.4 2"/>',
    "lock": '<rect x="5.5" y="10.5" width="13" height="9" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5"/>',
    "leave": (
        '<path d="M13.5 4.5H7a1.5 1.5 0 0 0-1.5 1.5v12A1.5 1.5 0 0 0 7 19.5h6.5M10.5 12H20M16.8 8.6 20.2 12l-3.4 3.4"/>'
    ),
    "flag": '<path d="M6 20.5v-16M6 5.5c4-2 7.5 2 12 0v8c-4.5 2-8-2-12 0"/>',
    "block": '<circle cx="12" cy="12" r="8.5"/><path d="m6.2 6.2 11.6 11.6"/>',
    "edit": '<path d="m4.5 19.5.8-3.8L16 5a1.7 1.7 0 0 1 2.4 0l.6.6a1.7 1.7 0 0 1 0 2.4L8.3 18.7zM14.5 6.5l3 3"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "gear": (
        '<circle cx="12" cy="12" r="3"/><path d="M12 3.5v2.3M12 18.2v2.3M3.5 12h2.3M18.2 12h2.3'
        'M6 6l1.6 1.6M16.4 16.4 18 18M18 6l-1.6 1.6M7.6 16.4 6 18"/>'
    ),
    "yen": '<path d="m7 5 5 6.5L17 5M12 11.5V19M8 12.5h8M8 15.5h8"/>',
    "door": '<path d="M7 20.5V5a1.5 1.5 0 0 1 1.5-1.5h7A1.5 1.5 0 0 1 17 5v15.5M4.5 20.5h15M14 12v.01"/>',
    "warning": '<path d="M12 4.2 3.5 19h17zM12 10v4.5M12 16.8v.01"/>',
    "back": '<path d="M19.5 12H5M10 6.5 4.5 12l5.5 5.5"/>',
    "next": '<path d="M4.5 12H19M14 6.5l5.5 5.5-5.5 5.5"/>',
    "heart": '<path d="M12 19.5C6 15.5 4 12.5 4 9.6A4 4 0 0 1 12 8a4 4 0 0 1 8 1.6c0 2.9-2 5.9-8 9.9z"/>',
    "seat": '<path d="M7 4.5v8h10v-8M5.5 12.5h13v4h-13zM7 16.5v3.5M17 16.5v3.5"/>',
    "shield": '<path d="M12 3.5 5 6v5.5c0 4.3 2.9 7.4 7 9 4.1-1.6 7-4.7 7-9V6z"/>',
    "chart": '<path d="M4.5 20h15M7.5 16.5v-5M12 16.5v-10M16.5 16.5v-7"/>',
}

# What is promised, drawn in a circle of 40 × 40 (the `.promise` list).
PROMISES = {
    "face": (
        '<path d="M11 15.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2z'
        'M24 18.5l5-3v9l-5-3M10 11l20 18"/>'
    ),
    "listen": (
        '<path d="M14 18a6.5 6.5 0 1 1 11.5 4.2c-1.5 1.8-2.3 2.5-2.3 4.3a3.3 3.3 0 0 1-6.2 1.5'
        'M17.2 18a3.3 3.3 0 0 1 6.5 0c0 1.8-1.7 2-1.7 3.7"/>'
    ),
    "door": '<path d="M13 30V12a1.5 1.5 0 0 1 1.5-1.5h11A1.5 1.5 0 0 1 27 12v18M10.5 30h19M22.5 20.5v.01"/>',
    "no-recording": '<circle cx="20" cy="20" r="8.5"/><path d="m14 14 12 12"/>',
    "no-sales": '<path d="M12 23v-6l11-5v16l-11-5zM14.5 23.5l1.5 5h3M27 17.5a4 4 0 0 1 0 5M10 10l20 20"/>',
    "on-time": '<circle cx="20" cy="20" r="8.5"/><path d="M20 15v5.3l3.5 2"/>',
}
