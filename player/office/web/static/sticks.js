// The page Sticks: copies the command that signs a folder.
"use strict";

(() => {
  for (const button of document.querySelectorAll("[data-copies]")) {
    if (!navigator.clipboard) continue; // only over TLS and on this computer itself
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
      button.textContent = `✓ ${button.textContent.replace(/^✓ /, "")}`;
    });
  }
})();
