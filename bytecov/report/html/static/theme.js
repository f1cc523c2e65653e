// Runs before the page is drawn, so that a chosen theme does not flash.
"use strict";

try {
  const theme = localStorage.getItem("bytecov-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // No storage here: the system's choice stands.
}
