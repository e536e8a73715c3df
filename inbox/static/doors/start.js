// The time zone of this device, where none is known better.
const zone = document.getElementById("id_timezone")
const here = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone && ["", "UTC"].includes(zone.value) && document.querySelector(`#zones option[value="${CSS.escape(here)}"]`)) zone.value = here
