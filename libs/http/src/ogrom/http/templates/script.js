"use strict";
// What nobody filled in is no parameter. When the page is shown again, all can be filled in again.
addEventListener("submit", (event) => {
  for (const input of event.target.elements) if (input.value === "") input.disabled = true;
});
addEventListener("pageshow", () => {
  for (const input of document.querySelectorAll("form :disabled")) input.disabled = false;
});
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
  }
}
