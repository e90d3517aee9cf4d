/* A thumbnail that is on its way is no black picture: until it is here its place says so, and when there can be none, that.
   Knows: images with loading=lazy, and the words over their place (class "soon"). Touches: their classes and words. */
"use strict";
(() => {
  const isThumbnail = (image) => image instanceof HTMLImageElement && image.loading === "lazy";
  const here = (image) => image.classList.add("is-here");
  const none = (image) => {
    const words = image.parentElement.nextElementSibling;
    if (words?.dataset.none) words.textContent = words.dataset.none;
  };
  // Neither event bubbles, but each is seen on its way down; parts that are put in later are heard, too.
  document.addEventListener("load", (event) => { if (isThumbnail(event.target)) here(event.target); }, true);
  document.addEventListener("error", (event) => { if (isThumbnail(event.target)) none(event.target); }, true);
  for (const image of document.images) {
    if (isThumbnail(image) && image.complete && image.currentSrc) (image.naturalWidth ? here : none)(image);
  }
})();
