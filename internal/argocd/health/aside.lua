-- The health of what stands beside a model in Argo CD, which runs this with the object in obj: autoscalers and the training.
--
-- A model answers while its autoscaler has no metrics or is paused, and while its training fails. Argo CD's own checks call that Degraded or
-- Suspended, and what comes after in a sync, such as the Ingress of a canary, would wait for it. Alerts tell of it; the message says it here.

local said = {}
for _, condition in ipairs(obj.status ~= nil and obj.status.conditions or {}) do
  local expected = condition.type == "AbleToScale" or condition.type == "ScalingActive" or condition.type == "Ready"
  if expected and condition.status == "False" then
    table.insert(said, (condition.reason or condition.type) .. ": " .. (condition.message or ""))
  end
end
return {status = "Healthy", message = table.concat(said, "; ")}
