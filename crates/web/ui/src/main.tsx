import { createRoot } from "react-dom/client";
import { App } from "./app";
import { begin, Session } from "./session";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/pages.css";

const place = document.getElementById("app");
if (place) {
  const known = await begin();
  createRoot(place).render(<Session {...known}><App /></Session>);
}
