// Tells the desk which page the visitor is on, also where a site changes its address without loading.
export function followPage(send) {
  let told = "";

  function tell() {
    if (location.href !== told && send({ type: "page", url: location.href, title: document.title.replace(/^\(\d+\+?\) /, "") })) {
      told = location.href;
    }
  }

  // A site sets its title just after its address.
  const soon = () => setTimeout(tell, 100);
  // The page's own history functions are left alone.
  if (window.navigation?.addEventListener) navigation.addEventListener("navigatesuccess", soon);
  addEventListener("popstate", soon);
  addEventListener("hashchange", soon);
  return { tell, forget: () => { told = ""; } };
}
