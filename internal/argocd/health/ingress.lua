-- The health of an Ingress in Argo CD, which runs this with the object in obj and Lua's own libraries.
--
-- It is what Argo CD's own check says: Progressing until it has an address, then Healthy. The message of a model's Ingress with a canary
-- says how much each version gets, by the annotation that the load balancer controller reads.

local health = {status = "Progressing", message = "It has no address yet"}

local status = obj.status
if status ~= nil and status.loadBalancer ~= nil and status.loadBalancer.ingress ~= nil and #status.loadBalancer.ingress > 0 then
  health.status = "Healthy"
  health.message = ""
end

local prefix = "alb.ingress.kubernetes.io/actions."
local shares = {}
for key, value in pairs(obj.metadata.annotations or {}) do
  if string.sub(key, 1, #prefix) == prefix then
    local split = {}
    for group in string.gmatch(value, "{[^{}]*}") do
      local service = string.match(group, '"serviceName":%s*"([^"]*)"')
      local weight = string.match(group, '"weight":%s*(%d+)')
      if service ~= nil and weight ~= nil then
        table.insert(split, service .. " " .. weight .. " %")
      end
    end
    if #split > 1 then
      table.insert(shares, table.concat(split, ", "))
    end
  end
end
table.sort(shares)
if #shares > 0 then
  local text = table.concat(shares, "; ")
  health.message = health.message == "" and text or health.message .. "; " .. text
end
return health
