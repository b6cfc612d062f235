// The doors under /_sandbox: the same that tests use.

async function answered(response) {
  const body = await response.json();
  return { status: response.status, ...body };
}

export const get = async (path, query = {}) =>
  answered(await fetch(`/_sandbox/${path}?${new URLSearchParams(query)}`, { cache: "no-store" }));

export const post = async (path, body) =>
  answered(
    await fetch(`/_sandbox/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
