-- The health of an InferenceService in Argo CD, which runs this with the object in obj and none of Lua's libraries but base and table.
--
-- A failed condition is Degraded, unless KServe says that it is still loading the model: then it is Progressing, as before its first
-- report. A stopped one is Suspended. Argo CD's own check has failed conditions as Progressing for ever.
--
-- status.observedGeneration says nothing here: KServe copies that of the Deployment into it, which counts other changes than
-- metadata.generation does (https://github.com/kserve/kserve/issues/6081). A change of replicas alone, which goes to the autoscaler, would
-- be Progressing for ever.

local health = {status = "Progressing", message = "KServe has not reported on it yet"}

if obj.status == nil or obj.status.conditions == nil then
  return health
end

local transition = nil
if obj.status.modelStatus ~= nil then
  transition = obj.status.modelStatus.transitionStatus
end
local loading = transition == "InProgress"
local failed = transition ~= nil and transition ~= "" and transition ~= "UpToDate" and not loading

local said = {}
local function say(text)
  if text ~= nil and text ~= "" then
    table.insert(said, text)
  end
end
if failed then
  say(transition)
  local info = obj.status.modelStatus.lastFailureInfo
  if info ~= nil then
    say(info.reason)
    say(info.message)
  end
end

local ready, waiting = false, false
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Stopped" then
    if condition.status == "True" then
      return {status = "Suspended", message = "It is stopped"}
    end
  elseif condition.status == "True" then
    ready = ready or condition.type == "Ready"
  else
    waiting = true
    failed = failed or condition.status == "False" and not loading
    local text = condition.type .. " is " .. condition.status
    if condition.reason ~= nil and condition.reason ~= "" then
      text = text .. " (" .. condition.reason .. ")"
    end
    if condition.message ~= nil and condition.message ~= "" then
      text = text .. ": " .. condition.message
    end
    say(text)
  end
end

if failed then
  health.status = "Degraded"
elseif ready and not waiting and not loading then
  health.status = "Healthy"
  say("It answers")
elseif loading then
  say("It loads the model")
end
if #said > 0 then
  health.message = table.concat(said, "; ")
end
return health
